'use strict';
/**
 * Preloaded (`node --require`) into the Node process behind jsii while CDKTF starts; see _fast_imports.py.
 *
 * The index of a prebuilt provider is two thousand lines of `exports.snsTopic = require("./sns-topic");`, and Node would
 * compile every one of those files before the first resource exists. Here each line becomes a getter, so that a
 * resource's file is compiled when the resource is first used. Anything that does not look like that is left alone.
 */
const Module = require('node:module');
const path = require('node:path');

const lazyPackage = process.env.CONSTRUCTS_LIB_LAZY_NODE_PACKAGE; // for example "@cdktf/provider-aws"
const index = lazyPackage && path.join('node_modules', lazyPackage, 'lib', 'index.js');
const reExport = /^exports\.(\w+) = require\("(\.\/[\w.-]+)"\);$/gm;
const getter = 'Object.defineProperty(exports, "$1", { enumerable: true, configurable: true, get: () => require("$2") });';

// Module.registerHooks is the public way to do this, but Node 20 and the first releases of 22 do not have it.
const compile = Module.prototype._compile;
if (index && typeof compile === 'function') {
  Module.prototype._compile = function (content, filename, ...rest) {
    if (typeof content !== 'string' || !filename.endsWith(path.sep + index)) {
      return compile.call(this, content, filename, ...rest);
    }
    Module.prototype._compile = compile; // done: there is one index
    return compile.call(this, content.replace(reExport, getter), filename, ...rest);
  };
}
