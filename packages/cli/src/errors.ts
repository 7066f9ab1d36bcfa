/** What the command cannot go on with: wrong use, or a project it cannot read. It names the place and the cure. */
export class CommandError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
  }
}
