/** All pages of a question, in a row. Knows of no transport. */

/**
 * Asks for page after page until the token of the next one is empty, which is the only sign of the end. Every page is
 * computed at the position of the first, whatever is recorded meanwhile.
 */
export async function* pages<R extends { pageToken?: string }, P extends { nextPageToken: string }>(
  call: (request: R) => Promise<P>,
  request: R,
): AsyncGenerator<P, void, undefined> {
  let asked = request;
  for (;;) {
    const page = await call(asked);
    yield page;
    if (page.nextPageToken === "") {
      return;
    }
    asked = { ...request, pageToken: page.nextPageToken };
  }
}
