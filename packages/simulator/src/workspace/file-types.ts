/** What Slack says about a file by its name: MIME type, its own word for the type, and a name for people. */

/** The kind of a file. */
export interface FileType {
  readonly mimeType: string;
  readonly fileType: string;
  readonly prettyType: string;
}

/** (https://docs.slack.dev/surfaces/canvases; canvases were made by Quip) */
export const canvasType: FileType = {
  mimeType: 'application/vnd.slack-docs',
  fileType: 'quip',
  prettyType: 'Canvas',
};

/** That of a file whose app says nothing else. (A guess from answers of files.remote.add) */
export const remoteType: FileType = {
  mimeType: 'application/vnd.slack-remote',
  fileType: 'remote',
  prettyType: 'Remote',
};

const binary: FileType = { mimeType: 'application/octet-stream', fileType: 'binary', prettyType: 'Binary' };

const types = new Map<string, FileType>(
  (
    [
      ['txt', 'text/plain', 'text', 'Plain Text'],
      ['log', 'text/plain', 'text', 'Plain Text'],
      ['md', 'text/plain', 'markdown', 'Markdown (raw)'],
      ['csv', 'text/csv', 'csv', 'CSV'],
      ['json', 'text/plain', 'json', 'JSON'],
      ['yaml', 'text/plain', 'yaml', 'YAML'],
      ['yml', 'text/plain', 'yaml', 'YAML'],
      ['xml', 'text/plain', 'xml', 'XML'],
      ['html', 'text/html', 'html', 'HTML'],
      ['css', 'text/plain', 'css', 'CSS'],
      ['js', 'text/plain', 'javascript', 'JavaScript/JSON'],
      ['ts', 'text/plain', 'typescript', 'TypeScript'],
      ['rb', 'text/plain', 'ruby', 'Ruby'],
      ['py', 'text/plain', 'python', 'Python'],
      ['go', 'text/plain', 'go', 'Go'],
      ['java', 'text/plain', 'java', 'Java'],
      ['sh', 'text/plain', 'shell', 'Shell'],
      ['sql', 'text/plain', 'sql', 'SQL'],
      ['png', 'image/png', 'png', 'PNG'],
      ['jpg', 'image/jpeg', 'jpg', 'JPEG'],
      ['jpeg', 'image/jpeg', 'jpg', 'JPEG'],
      ['gif', 'image/gif', 'gif', 'GIF'],
      ['webp', 'image/webp', 'webp', 'WebP'],
      ['svg', 'image/svg+xml', 'svg', 'SVG'],
      ['pdf', 'application/pdf', 'pdf', 'PDF'],
      ['zip', 'application/zip', 'zip', 'Zip'],
      ['gz', 'application/gzip', 'gzip', 'Gzip'],
      ['mp3', 'audio/mpeg', 'mp3', 'MP3'],
      ['wav', 'audio/wav', 'wav', 'WAV'],
      ['mp4', 'video/mp4', 'mp4', 'MPEG 4 Video'],
      ['mov', 'video/quicktime', 'mov', 'QuickTime Movie'],
      ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx', 'Word Document'],
      ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx', 'Excel Spreadsheet'],
    ] as const
  ).map(([extension, mimeType, fileType, prettyType]) => [extension, { mimeType, fileType, prettyType }]),
);

/** By the extension; a snippet type such as `python` wins, because its file may be called anything. */
export function fileTypeOf(name: string, snippetType?: string): FileType {
  const bySnippet = snippetType === undefined ? undefined : findSnippetType(snippetType);
  return bySnippet ?? types.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? binary;
}

/** A type of text by Slack's word for it, if it is one. */
export function findSnippetType(word: string): FileType | undefined {
  for (const type of types.values()) if (type.fileType === word && type.mimeType.startsWith('text/')) return type;
  return undefined;
}

/** The group that files.list calls `types`. */
export function fileGroupOf({
  fileType,
  mimeType,
}: FileType): 'snippets' | 'images' | 'pdfs' | 'zips' | 'spaces' | 'others' {
  if (fileType === canvasType.fileType) return 'spaces';
  if (mimeType.startsWith('text/')) return 'snippets';
  if (mimeType.startsWith('image/')) return 'images';
  if (fileType === 'pdf') return 'pdfs';
  return fileType === 'zip' ? 'zips' : 'others';
}
