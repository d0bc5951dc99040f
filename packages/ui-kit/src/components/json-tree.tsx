/** A JSON value, folded below the second level; what matches a search is marked and unfolded. */
export interface JsonTreeProps {
  value: unknown;
  name?: string | undefined;
  search?: string;
  depth?: number;
}

export function JsonTree({ value, name, search = '', depth = 0 }: JsonTreeProps) {
  const isBranch = typeof value === 'object' && value !== null;
  if (!isBranch) {
    return (
      <div class="json-leaf">
        <Key name={name} search={search} />
        <Mark text={value === undefined ? '–' : JSON.stringify(value)} search={search} />
      </div>
    );
  }
  const entries = Object.entries(value);
  const brackets = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const isOpen = depth < 2 || (search !== '' && holds(value, search.toLowerCase()));
  return (
    <details class="json-branch" open={isOpen}>
      <summary>
        <Key name={name} search={search} />
        <span class="soft">
          {brackets[0]} {entries.length} {brackets[1]}
        </span>
      </summary>
      <div class="json-children">
        {entries.map(([key, child]) => (
          <JsonTree key={key} name={key} value={child} search={search} depth={depth + 1} />
        ))}
      </div>
    </details>
  );
}

function Key({ name, search }: { name: string | undefined; search: string }) {
  if (name === undefined) return null;
  return (
    <span class="json-key">
      <Mark text={name} search={search} />:{' '}
    </span>
  );
}

function Mark({ text, search }: { text: string; search: string }) {
  const at = search === '' ? -1 : text.toLowerCase().indexOf(search.toLowerCase());
  if (at < 0) return <>{text}</>;
  const end = at + search.length;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, end)}</mark>
      {text.slice(end)}
    </>
  );
}

function holds(value: unknown, search: string): boolean {
  if (typeof value !== 'object' || value === null) return String(value).toLowerCase().includes(search);
  return Object.entries(value).some(([key, child]) => key.toLowerCase().includes(search) || holds(child, search));
}
