// SPDX-License-Identifier: Apache-2.0
// An identity provider made of npm's samlp: node idp.js CONFIG.json, on the loopback address. What the configuration says
// of paths and answer gives it the addresses and the responses of another product.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const querystring = require('querystring');
const samlp = require('samlp');
const Participants = require('samlp/lib/sessionParticipants');

const config = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const sp = config.sp;
const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-';
const LOGOUT_BINDING = BINDING + (config.onlyPost ? 'POST' : 'Redirect');
const sessions = new Map();

const escaped = (text) => String(text).replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
const page = (title, body) => `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body><main><h1>${title}</h1>${body}</main></body></html>`;

// samlp is made for Express, and needs this much of it.
function dress(req, res, body) {
    const url = new URL(req.url, config.url);
    req.path = (config.paths || {})[url.pathname] || url.pathname;
    req.query = querystring.parse(url.search.slice(1));
    req.body = body ? querystring.parse(body) : {};
    res.setHeader('Cache-Control', 'no-store');
    res.set = (name, value) => res.setHeader(name, value);
    res.redirect = (to) => res.writeHead(302, { Location: to }).end();
    res.send = (said, text) => {
        res.statusCode = typeof said === 'number' ? said : 200;
        res.setHeader('Content-Type', 'text/html; charset=utf-8');
        res.end(typeof said === 'number' ? String(text || said) : said);
    };
}

function sessionOf(req, res) {
    const sent = new RegExp(`(?:^|; *)${config.cookie}=([^;]+)`).exec(req.headers.cookie || '');
    let id = sent && sent[1];
    if (!sessions.has(id)) {
        id = crypto.randomUUID();
        sessions.set(id, { waiting: {}, participants: [] });
        res.setHeader('Set-Cookie', `${config.cookie}=${id}; Path=/; HttpOnly${config.cookieAttributes}`);
    }
    return sessions.get(id);
}

function mapper(person) {
    return {
        getClaims: () => person.claims,
        getNameIdentifier: () => ({ nameIdentifier: person.email, nameIdentifierFormat: EMAIL }),
    };
}

// Sends the person back with a response, and remembers to whom.
function answer(req, res, next) {
    const session = req.session;
    const options = {
        issuer: config.entityId, cert: config.cert, key: config.key, profileMapper: mapper, audience: sp.audience,
        recipient: sp.consumeUrl, destination: sp.consumeUrl, signResponse: true, includeAttributeNameFormat: true,
        lifetimeInSeconds: 300, sessionIndex: session.index,
        signingCert: config.wantSigned ? sp.cert : undefined,
        authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
        getUserFromRequest: () => session.person,
        getPostURL: (audience, request, from, done) => done(null, sp.consumeUrl), ...config.answer,
    };
    if (!session.participants.length) {
        session.participants.push({
            serviceProviderId: sp.audience, serviceProviderLogoutURL: sp.logoutUrl, cert: sp.cert, binding: LOGOUT_BINDING,
            nameId: session.person.email, nameIdFormat: EMAIL, sessionIndex: session.index,
        });
    }
    samlp.auth(options)(req, res, next);
}

function loginForm(res, key, problem) {
    res.send(page('Sign in', `<p>${escaped(problem)}</p><form method="post" action="/login">
<input type="hidden" name="key" value="${escaped(key)}">
<label>User name <input name="username" autofocus></label> <label>Password <input type="password" name="password"></label>
<button type="submit">Sign in</button></form>`));
}

// /sso with a request, or without one: a login that starts here.
function signOn(req, res, next) {
    samlp.parseRequest(req, {}, (error, request) => {
        if (error) { return next(error); }
        if (req.session.person && !(request && request.forceAuthn === 'true')) { return answer(req, res, next); }
        const key = crypto.randomUUID();
        req.session.waiting[key] = { method: req.method, query: req.query, body: req.body };
        loginForm(res, key, '');
    });
}

function login(req, res, next) {
    const { key, username, password } = req.body;
    const session = req.session;
    const person = config.people.find((one) => one.username === username && one.password === password);
    if (!session.waiting[key]) { return next(new Error('no such login')); }
    if (!person) { return loginForm(res, key, 'Wrong user name or password.'); }
    if (session.person !== person) { Object.assign(session, { person, index: '_' + crypto.randomUUID(), participants: [] }); }
    res.writeHead(303, { Location: `/resume?key=${key}` }).end();
}

// A page of its own, so that whoever comes back to it sends no password again; it answers as often as it is asked.
function resume(req, res, next) {
    const waiting = req.session.waiting[req.query.key];
    if (!waiting || !req.session.person) { return next(new Error('no such login')); }
    answer(Object.assign(req, waiting), res, next);
}

function logout(req, res, next) {
    const session = req.session;
    samlp.logout({
        issuer: config.entityId, cert: config.cert, key: config.key, deflate: true, destination: sp.logoutUrl,
        protocolBinding: LOGOUT_BINDING, sessionParticipants: new Participants(session.participants),
        clearIdPSession: (done) => { session.person = undefined; session.participants = []; done(); },
    })(req, res, next);
}

function metadata(req, res) {
    const options = {
        issuer: config.entityId, cert: config.cert, redirectEndpointPath: '/sso', postEndpointPath: '/sso',
        logoutEndpointPaths: { redirect: '/slo', post: '/slo' },
    };
    const { protocol, host } = new URL(config.url);
    Object.assign(req.headers, { 'x-forwarded-proto': protocol.slice(0, -1), 'x-forwarded-host': host });
    let said;
    samlp.metadata(options)(req, { set: () => {}, send: (xml) => { said = xml; } });
    if (config.onlyPost) { said = said.replace(/<Single\w+Service [^>]*HTTP-Redirect"[^>]*>/g, ''); }
    res.setHeader('Content-Type', 'application/samlmetadata+xml');
    res.end(said);
}

function home(req, res) {
    const person = req.session.person;
    const who = person ? `Signed in as ${escaped(person.email)}. <a href="/logout">Sign out</a>` : 'Nobody is signed in.';
    res.send(page('Identity provider', `<p>${who}</p>`));
}

const ROUTES = { '/': home, '/sso': signOn, '/login': login, '/resume': resume, '/slo': logout, '/logout': logout, '/metadata': metadata };

function serve(req, res, body) {
    const next = (error) => {
        console.error(req.method, req.path, error);
        res.send(400, page('That did not work', `<p>${escaped(error && error.message)}</p>`));
    };
    dress(req, res, body);
    req.session = sessionOf(req, res);
    const route = ROUTES[req.path];
    try {
        return route ? route(req, res, next) : res.send(404);
    } catch (error) {
        return next(error);
    }
}

http.createServer((req, res) => {
    const parts = [];
    req.on('data', (part) => parts.push(part));
    req.on('end', () => serve(req, res, Buffer.concat(parts).toString()));
}).listen(config.port, '127.0.0.1');
