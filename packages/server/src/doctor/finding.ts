/** What a check found. */
export interface Finding {
  /** What was looked at: `database`, `clock`. */
  check: string;
  /** `skipped`: it could not be looked at, which is no fault of its own. */
  level: 'ok' | 'warning' | 'problem' | 'skipped';
  message: string;
  /** What to do; of a warning or a problem. */
  fix?: string;
}

/** Builds findings of one check. */
export function findingsOf(check: string) {
  return {
    ok: (message: string): Finding => ({ check, level: 'ok', message }),
    skipped: (message: string): Finding => ({ check, level: 'skipped', message }),
    warning: (message: string, fix: string): Finding => ({ check, level: 'warning', message, fix }),
    problem: (message: string, fix: string): Finding => ({ check, level: 'problem', message, fix }),
  };
}
