/**
 * Waits for statements that were sent at once on one connection. Unlike `Promise.all` it lets all of them answer before
 * it throws the first failure, so that none is sent after its transaction has ended.
 */
export async function together<const T extends readonly unknown[]>(
  statements: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  const results = await Promise.allSettled(statements)
  for (const result of results) if (result.status === 'rejected') throw result.reason
  // Cast: every result is fulfilled, in the order of the statements.
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as {
    -readonly [I in keyof T]: Awaited<T[I]>
  }
}
