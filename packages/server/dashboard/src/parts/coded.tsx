/** A code in words, with the code below it for those who search for it. */
export function Coded({ code, words }: { code: string; words: string }) {
  if (words === code) return <code>{code}</code>;
  return (
    <>
      {capital(words)}
      <div class="small soft mono">{code}</div>
    </>
  );
}

export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
