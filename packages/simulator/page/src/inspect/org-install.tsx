/** An app in the organization of the workspace: installed for all of it, with access to some of its workspaces. */
import { Badge, confirmed, useLoad } from 'ui-kit';
import type { OrgInstallationInfo } from '../../../src/control/org-routes.ts';
import type { AppInfo } from '../../../src/workspace/info.ts';
import { api, doIt, revision, team, teams } from '../sim.ts';

const ENDINGS = [
  { kind: 'disable_integration', verb: 'Disable' },
  { kind: 'remove_app', verb: 'Remove' },
] as const;

export function OrgInstall({ app }: { app: AppInfo }) {
  const organization = team.value?.enterprise;
  const { value, reload } = useLoad(
    organization?.id,
    (signal) => api.get<{ installs: OrgInstallationInfo[] }>('/_sim/org-installs', {}, signal),
    { revision: revision.value },
  );
  if (!organization || !value) return null;
  const org = value.installs.find((one) => one.enterprise === organization.id && one.app === app.id);
  const isActive = org?.status === 'active';
  const change = async (work: Promise<unknown>) => {
    await doIt(work);
    reload();
  };
  const end = async (kind: string, verb: string) => {
    const isSure = await confirmed({
      title: `${verb} ${app.name} in the whole organization ${organization.name}?`,
      text: 'Its tokens stop working at once, in every workspace.',
      verb: 'Go on',
      isDangerous: true,
    });
    if (isSure) await change(api.post('/_sim/faults', { kind, enterprise: organization.id, app: app.id }));
  };
  return (
    <section class="card stack-small" aria-label="Organization">
      <h3 class="row">
        In the organization {organization.name}{' '}
        <Badge tone={isActive ? 'good' : 'none'}>{org ? org.status : 'not installed'}</Badge>
      </h3>
      {!isActive && !app.isOrgWide && (
        <p class="small soft">The app does not allow it: see “Org-wide installs” in its settings.</p>
      )}
      {!isActive && app.isOrgWide && (
        <div class="row">
          <button
            type="button"
            class="button small"
            onClick={() => void change(api.post('/_sim/org-installs', { enterprise: organization.id, app: app.id }))}
          >
            Install in the organization
          </button>
        </div>
      )}
      {isActive && (
        <div class="row">
          {ENDINGS.map(({ kind, verb }) => (
            <button key={kind} type="button" class="button small" onClick={() => void end(kind, verb)}>
              {verb}
            </button>
          ))}
        </div>
      )}
      {org?.status === 'disabled' && (
        <div class="row">
          <button
            type="button"
            class="button small"
            onClick={() =>
              void change(api.post('/_sim/faults', { kind: 'enable', enterprise: organization.id, app: app.id }))
            }
          >
            Enable again
          </button>
        </div>
      )}
      {isActive && (
        <fieldset class="choices">
          <legend class="small soft">Access to its workspaces</legend>
          {teams.value
            .filter(({ enterprise }) => enterprise?.id === organization.id)
            .map(({ id, name }) => (
              <label key={id} class="row">
                <input
                  type="checkbox"
                  checked={org.teams.includes(id)}
                  onChange={(event) => {
                    const isGranted = event.currentTarget.checked;
                    void change(api.post(`/_sim/teams/${id}/access`, { app: app.id, isGranted }));
                  }}
                />{' '}
                {name}
              </label>
            ))}
        </fieldset>
      )}
    </section>
  );
}
