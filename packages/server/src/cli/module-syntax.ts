/**
 * Lets a bot be written with `import` and `export` in a package of either kind. `npm init -y` writes `"type": "commonjs"`, and
 * under it Node takes each .ts and .js for CommonJS, whatever stands in it, and fails at the first `export`.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A statement of a module at the beginning of a line. */
const MODULE_SYNTAX = /^[ \t]*(?:import(?:[ \t]*[{*'"]|[ \t]+[\w$])|export[ \t]*(?:[{*]|\w))/m;
/** What only CommonJS has; also TypeScript's spelling of it. */
const COMMONJS_SYNTAX =
  /\bmodule\.exports\b|^[ \t]*(?:exports\.|export[ \t]*=|import[ \t]+[\w$]+[ \t]*=[ \t]*require\b)/m;

/** From now on files of the bot that are written as modules are loaded as such. Those of installed packages are what they say. */
export function loadModulesByTheirSyntax(): void {
  registerHooks({
    load(url, context, nextLoad) {
      const { format } = context;
      if (!format?.startsWith('commonjs') || !isOfTheBot(url) || !isModule(readFileSync(fileURLToPath(url), 'utf8'))) {
        return nextLoad(url, context);
      }
      return nextLoad(url, { ...context, format: format === 'commonjs-typescript' ? 'module-typescript' : 'module' });
    },
  });
}

/** Of .cts and .cjs the name says what they are. */
function isOfTheBot(url: string): boolean {
  return /^file:.*\.[jt]s$/.test(url) && !url.includes('/node_modules/');
}

function isModule(source: string): boolean {
  return MODULE_SYNTAX.test(source) && !COMMONJS_SYNTAX.test(source);
}
