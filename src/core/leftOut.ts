/** What a scan does not read, counted by reason and never listed. */

/**
 * `ignored`: git ignores it. `dependencies`: folders of other people's code and build results. `generated`: a program
 * wrote it. `excluded`: `scan.include` and `scan.exclude` say so.
 */
export type LeftOutReason = 'ignored' | 'dependencies' | 'generated' | 'excluded';

/** `files` by themselves; what lies in left out `folders` is not counted, since they are not looked into. */
export interface LeftOut {
  readonly reason: LeftOutReason;
  readonly files: number;
  readonly folders: number;
}

export interface LeftOutCounter {
  add(reason: LeftOutReason, what: 'files' | 'folders'): void;
  /** In a fixed order, without what is nought. */
  counts(): readonly LeftOut[];
}

export function countLeftOut(): LeftOutCounter {
  const counts: Record<LeftOutReason, { files: number; folders: number }> = {
    ignored: { files: 0, folders: 0 }, dependencies: { files: 0, folders: 0 }, generated: { files: 0, folders: 0 }, excluded: { files: 0, folders: 0 },
  };
  return {
    add(reason, what) { counts[reason][what]++; },
    counts: () => Object.entries(counts).filter(([, { files, folders }]) => files + folders > 0).map(([reason, each]) => ({ reason: reason as LeftOutReason, ...each })),
  };
}

/** Names of folders that hold copies of other people's code or build results. */
export const dependencyFolders: readonly string[] = ['node_modules', '.git', 'dist', 'out', 'build', '.venv', 'venv', '__pycache__', 'vendor', 'site-packages', '.next', 'coverage', '.tox', '.mypy_cache'];

const generatedNames = /\.min\.[cm]?js$|\.bundle\.js$|_pb2(?:_grpc)?\.pyi?$|\.pb(?:\.gw)?\.go$|_pb\.(?:js|ts)$|\.g\.cs$|\.designer\.cs$|\.generated\.\w+$|\.gen\.(?:go|ts|js)$/i;
/** Go's rule (go.dev/s/generatedcode), and the mark that most other generators write. */
const generatedMark = /^[ \t]*(?:\/\/|#|\/\*+|\*|--|<!--)?[ \t]*(?:Code generated .* DO NOT EDIT|@generated\b)/m;

/** True for a file that a program wrote, by its name. */
export function isGeneratedName(path: string): boolean {
  return generatedNames.test(path);
}

/** True for a text that says at its beginning that a program wrote it. */
export function isGeneratedText(text: string): boolean {
  return generatedMark.test(text.slice(0, 1_500));
}
