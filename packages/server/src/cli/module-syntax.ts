/**
 * Lets a bot be written with `import` and `export` in a package of either kind, and knows which files a bot is made of. `npm init
 * -y` writes `"type": "commonjs"`, and under it Node takes each .ts and .js for CommonJS, whatever stands in it, and fails at the
 * first `export`.
 */
import { readFileSync } from 'node:fs';
import { findPackageJSON, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A statement of a module at the beginning of a line. */
const MODULE_SYNTAX = /^[ \t]*(?:import(?:[ \t]*[{*'"]|[ \t]+[\w$])|export[ \t]*(?:[{*]|\w))/m;
/** What only CommonJS has; also TypeScript's spelling of it. */
const COMMONJS_SYNTAX =
  /\bmodule\.exports\b|^[ \t]*(?:exports\.|export[ \t]*=|import[ \t]+[\w$]+[ \t]*=[ \t]*require\b)/m;

/** This package, which a checkout does not keep in node_modules. */
const OWN_FOLDER = new URL('..', import.meta.url).href;

/** The files of the bot that were loaded, oldest first: not those of packages. */
export interface BotModules {
  readonly files: ReadonlySet<string>;
  /** Called with the path of each that is loaded from now on, before it is read; also of one that is missing. */
  onFile: (path: string) => void;
}

let modules: BotModules | undefined;

/** From now on files of the bot that are written as modules are loaded as such. Those of installed packages are what they say. */
export function loadModulesByTheirSyntax(): BotModules {
  modules ??= registerLoader();
  return modules;
}

function registerLoader(): BotModules {
  const files = new Set<string>();
  const followed: BotModules = { files, onFile: () => {} };
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        const { parentURL = '' } = context;
        const missing = isOfTheBot(parentURL) && whatIsMissing(specifier, parentURL);
        if (missing) followed.onFile(missing);
        throw error;
      }
    },
    load(url, context, nextLoad) {
      if (!isOfTheBot(url)) return nextLoad(url, context);
      const path = fileURLToPath(url);
      files.delete(path);
      files.add(path);
      followed.onFile(path);
      const { format } = context;
      if (!format?.startsWith('commonjs') || !mayBeEither(path) || !isModule(readFileSync(path, 'utf8'))) {
        return nextLoad(url, context);
      }
      return nextLoad(url, { ...context, format: format === 'commonjs-typescript' ? 'module-typescript' : 'module' });
    },
  });
  return followed;
}

/** The file that would mend an import: the one that it names; of a package the package.json to which npm adds it. */
function whatIsMissing(specifier: string, parentURL: string): string | undefined {
  return /^\.{0,2}\//.test(specifier) ? fileURLToPath(new URL(specifier, parentURL)) : findPackageJSON(parentURL);
}

function isOfTheBot(url: string): boolean {
  return url.startsWith('file:') && !url.includes('/node_modules/') && !url.startsWith(OWN_FOLDER);
}

/** Of .mts, .cjs and the like the name says what they are. */
function mayBeEither(path: string): boolean {
  return /\.[jt]s$/.test(path);
}

function isModule(source: string): boolean {
  return MODULE_SYNTAX.test(source) && !COMMONJS_SYNTAX.test(source);
}
