'use strict';
/**
 * Preloaded (`node --require`) into the Node processes behind CDKTF; finder.py says so in NODE_OPTIONS.
 */
const Module = require('node:module');
const path = require('node:path');
const util = require('node:util');

// Synthesising an output that is a map, cdktf 0.21 calls util.isArray, of which Node 22 and later complain on stderr.
util.isArray = Array.isArray;

/*
 * The index of a prebuilt provider is two thousand lines of `exports.snsTopic = require("./sns-topic");` (cdktn's:
 * `… = __importStar(require("./sns-topic"));`), and Node would compile every one of those files before the first
 * resource exists. Here each line becomes a getter, so that a resource's file is compiled when the resource is first
 * used. A line of another shape stays as it is.
 */
const lazyPackages = (process.env.CONSTRUCTS_LIB_LAZY_NODE_PACKAGES || '').split(',').filter(Boolean);
const indexes = lazyPackages.map((name) => path.join(path.sep, 'node_modules', name, 'lib', 'index.js'));
const reExport = /^exports\.(\w+) = ((?:__importStar\()?require\("\.\/[\w./-]+"\)\)?);$/gm;
const getter = 'Object.defineProperty(exports, "$1", { enumerable: true, configurable: true, get: () => $2 });';

// Module.registerHooks is the public way to do this, but Node 20 and the first releases of 22 do not have it.
const compile = Module.prototype._compile;
if (indexes.length > 0 && typeof compile === 'function') {
  Module.prototype._compile = function (content, filename, ...rest) {
    if (typeof content !== 'string' || !indexes.some((index) => filename.endsWith(index))) {
      return compile.call(this, content, filename, ...rest);
    }
    Module.prototype._compile = compile; // done: there is one index, as an app uses one fork
    return compile.call(this, content.replace(reExport, getter), filename, ...rest);
  };
}
