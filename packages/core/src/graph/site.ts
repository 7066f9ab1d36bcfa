import { workingFolder } from '../host.js';

/**
 * The user's line that made a node. The stack is captured when the node is made and turned into text
 * only when somebody asks, so a site costs one `Error` object.
 */
export class Site {
  readonly #error: Error | undefined;
  #text: string | undefined;

  constructor(error: Error | undefined, text?: string) {
    this.#error = error;
    this.#text = text;
  }

  /** `examples/digits.ts:20:14`, or '' where the engine gives no stack. */
  toString(): string {
    this.#text ??= userFrame(this.#error?.stack ?? '');
    return this.#text;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** A site that was written down. */
export function siteOf(text: string): Site {
  return new Site(undefined, text);
}

interface StackErrors {
  stackTraceLimit?: number;
}

/** What nodes made now inherit: set while a gradient or a rule derives nodes from another node. */
interface Origin {
  readonly site: Site;
  readonly rule: string | undefined;
}

let inherited: Origin | undefined;

/** Runs `make`; every node it makes inherits the given site, and the name of the rule that makes it. */
export function withOrigin<T>(site: Site, rule: string | undefined, make: () => T): T {
  const before = inherited;
  inherited = { site, rule };
  try {
    return make();
  } finally {
    inherited = before;
  }
}

export function currentOrigin(): Origin {
  return inherited ?? { site: captureSite(), rule: undefined };
}

function captureSite(): Site {
  const errors = Error as StackErrors;
  const limit = errors.stackTraceLimit;
  // Library frames are dropped later, so more than the usual ten are needed.
  errors.stackTraceLimit = 30;
  const site = new Site(new Error('site'));
  if (limit !== undefined) errors.stackTraceLimit = limit;
  return site;
}

/** Files of the library: in its repository, or installed. */
const ownFiles = /\/(?:@pastina\/[\w-]+|pastina|packages\/(?:core|objectives|layers|updates|training|backend-\w+))\/(?:dist|src)\//;

/** The first frame outside the library, as `path:line:column`, relative to the working directory where there is one. */
function userFrame(stack: string): string {
  for (const line of stack.split('\n').slice(1)) {
    const at = /(?:\(|at (?:async )?|@)((?:file:\/\/|https?:\/\/|\/|[A-Za-z]:\\).*?:\d+:\d+)\)?$/.exec(line.trim());
    if (at?.[1] === undefined || isLibrary(at[1])) continue;
    return shorten(at[1]);
  }
  return '';
}

function isLibrary(location: string): boolean {
  return ownFiles.test(location) && !/\.test\.[tj]s:/.test(location);
}

function shorten(location: string): string {
  const path = location.replace(/^file:\/\//, '');
  const folder = workingFolder();
  return folder !== undefined && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}
