#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes configure out of a git checkout; a release tarball has it already.
set -e
cd "$(dirname "$0")"
tools/list-sources --write
exec autoreconf --install --warnings=all
