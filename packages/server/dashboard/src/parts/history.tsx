/** The last hour or day in charts. */
export function History() {
  return null;
}
