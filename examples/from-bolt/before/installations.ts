/** Where the tokens of teams are: in a file, readable by whoever can read it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Installation, InstallationStore } from '@slack/bolt';

export class FileInstallations implements InstallationStore {
  readonly #path: string;
  readonly #byTeam: Record<string, Installation>;

  constructor(path: string) {
    this.#path = path;
    this.#byTeam = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  }

  async storeInstallation(installation: Installation): Promise<void> {
    this.#byTeam[installation.team?.id ?? ''] = installation;
    this.#save();
  }

  async fetchInstallation({
    teamId = '',
  }: {
    teamId?: string | undefined;
  }): Promise<Installation<'v1' | 'v2', boolean>> {
    const installation = this.#byTeam[teamId];
    if (!installation) throw new Error(`${teamId} has not installed the app`);
    return installation;
  }

  async deleteInstallation({ teamId = '' }: { teamId?: string | undefined }): Promise<void> {
    delete this.#byTeam[teamId];
    this.#save();
  }

  /** The teams, with their tokens: the reminder goes to all of them. */
  all(): { teamId: string; token: string }[] {
    return Object.entries(this.#byTeam).map(([teamId, { bot }]) => ({ teamId, token: bot?.token ?? '' }));
  }

  #save(): void {
    writeFileSync(this.#path, JSON.stringify(this.#byTeam));
  }
}
