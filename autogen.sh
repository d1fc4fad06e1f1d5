#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes configure out of a git checkout; a release tarball has it already.
set -e
cd "$(dirname "$0")"
tools/list-sources --write
mkdir -p m4
exec autoreconf --install --warnings=all
