'use strict';
/**
 * Preloaded (`node --require`) into the Node processes behind CDKTF; _fast_imports.py says so in NODE_OPTIONS.
 */
const Module = require('node:module');
const path = require('node:path');
const util = require('node:util');

// Synthesising an output that is a map, cdktf 0.21 calls util.isArray, of which Node 22 and later complain on stderr.
util.isArray = Array.isArray;

/*
 * The index of a prebuilt provider is two thousand lines of `exports.snsTopic = require("./sns-topic");`, and Node
 * would compile every one of those files before the first resource exists. Here each line becomes a getter, so that a
 * resource's file is compiled when the resource is first used. A line of another shape stays as it is.
 */
const lazyPackage = process.env.CONSTRUCTS_LIB_LAZY_NODE_PACKAGE; // for example "@cdktf/provider-aws"
const index = lazyPackage && path.join(path.sep, 'node_modules', lazyPackage, 'lib', 'index.js');
const reExport = /^exports\.(\w+) = require\("(\.\/[\w.-]+)"\);$/gm;
const getter = 'Object.defineProperty(exports, "$1", { enumerable: true, configurable: true, get: () => require("$2") });';

// Module.registerHooks is the public way to do this, but Node 20 and the first releases of 22 do not have it.
const compile = Module.prototype._compile;
if (index && typeof compile === 'function') {
  Module.prototype._compile = function (content, filename, ...rest) {
    if (typeof content !== 'string' || !filename.endsWith(index)) {
      return compile.call(this, content, filename, ...rest);
    }
    Module.prototype._compile = compile; // done: there is one index
    return compile.call(this, content.replace(reExport, getter), filename, ...rest);
  };
}
