#!/usr/bin/env node
// Stands outside dist, so that npm can link it before the first build.
import "../dist/cli.js";
