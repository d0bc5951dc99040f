#!/usr/bin/env node
/*
 * Checks Node's version before anything is imported: what is newer than the Node at hand would end in a stack trace. Plain old
 * JavaScript for that reason. In a checkout, which has sources and maybe no build, it runs the sources.
 */
'use strict';

var fs = require('fs');
var path = require('path');
var url = require('url');

var NEEDED = require('../package.json')
  .engines.node.replace(/[^0-9.]/g, '')
  .split('.')
  .map(Number);
var FOUND = process.versions.node.split('.').map(Number);
var SOURCES = path.join(__dirname, '../src/cli/main.ts');

if (FOUND[0] < NEEDED[0] || (FOUND[0] === NEEDED[0] && FOUND[1] < NEEDED[1])) {
  process.stderr.write(
    'slack-bot-server needs Node ' + NEEDED.join('.') + ' or newer; this is Node ' + process.versions.node + '\n',
  );
  process.exitCode = 2;
} else {
  var isCheckout = fs.existsSync(SOURCES);
  if (isCheckout) resolveToSources();
  void import(url.pathToFileURL(isCheckout ? SOURCES : path.join(__dirname, '../dist/cli/main.js')).href);
}

/** As `node --conditions=source` would, for the packages of the checkout: others may have a `source` that Node cannot run. */
function resolveToSources() {
  require('module').registerHooks({
    resolve: function (specifier, context, nextResolve) {
      if (!/^slack-(bot-server|simulator)(\/|$)/.test(specifier)) return nextResolve(specifier, context);
      var conditions = ['source'].concat(context.conditions);
      return nextResolve(specifier, Object.assign({}, context, { conditions: conditions }));
    },
  });
}
