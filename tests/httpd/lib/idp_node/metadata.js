// SPDX-License-Identifier: Apache-2.0
// What npm's samlify reads in the metadata of a service provider: node metadata.js FILE
'use strict';

const fs = require('fs');
const samlify = require('samlify');

const read = samlify.ServiceProvider({ metadata: fs.readFileSync(process.argv[2]) }).entityMeta;
const list = (found) => (Array.isArray(found) ? found : [found]).filter((each) => typeof each === 'string' && each);

console.log(JSON.stringify({
    entity: read.getEntityID(),
    consume: read.getAssertionConsumerService('post'),
    logout: ['redirect', 'post'].map((binding) => read.getSingleLogoutService(binding)),
    signing: list(read.getX509Certificate('signing')),
    encryption: list(read.getX509Certificate('encryption')),
    formats: list(read.getNameIDFormat()),
    wantsSigned: read.isWantAssertionsSigned(),
}));
