/** Every default of this package. A change here is a change of behavior: see docs/compatibility.md. */
export const defaults = {} as const;
