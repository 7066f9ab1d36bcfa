/** Fewer would mean that tests were not found. */
const leastTests = 500;

/** What became of the tests on a page, from the text that it told; whatever is wrong with that is a failure. */
export function readResult(text: string, isolated: boolean): { readonly passed: number; readonly failures: readonly string[] } {
  let result: { readonly isolated: boolean; readonly passed: number; readonly failures: readonly string[] };
  try {
    result = JSON.parse(text) as typeof result;
  } catch {
    return { passed: 0, failures: [text] };
  }
  if (result.isolated !== isolated) return { passed: 0, failures: [`the page was ${isolated ? 'not ' : ''}isolated`] };
  const { passed, failures } = result;
  return { passed, failures: passed < leastTests ? [...failures, `only ${passed} tests passed; expected ${leastTests} at least`] : failures };
}
