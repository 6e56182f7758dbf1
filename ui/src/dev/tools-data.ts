/** What a search for credentials finds, made up. */
import type { ImportFindings, ImportRow } from '../bindings';

const DOCKER = '/home/jane/.docker/config.json';
const PODMAN = '/run/user/1000/containers/auth.json';

/** A row in plain text in docker's file, but for what is said. */
export function importRow(
  key: string,
  registry: string,
  change: Partial<ImportRow> = {},
): ImportRow {
  const place = { place: 'plaintext' } as const;
  const nothing = { existing: null, problem: null };
  return { key, registry, user: 'jane', file: DOCKER, place, ...nothing, ...change };
}

export function findings(): ImportFindings {
  return {
    rows: [
      importRow('1', 'ghcr.io', { user: 'jane-doe' }),
      importRow('2', 'registry.gitlab.com/acme', { user: 'deploy-token-7' }),
      importRow('3', 'quay.io', {
        user: 'acme+robot',
        file: PODMAN,
        existing: { id: 'id-Quay', name: 'Quay', user: 'acme+deploy', hasToken: true },
      }),
      importRow('4', 'registry.lab.local:5000', {
        user: null,
        existing: { id: 'id-Lab', name: 'Lab', user: null, hasToken: false },
      }),
      importRow('5', 'docker.io', { place: { place: 'helper', name: 'secretservice' } }),
      importRow('6', 'ghcr.io', { file: PODMAN }),
      importRow('7', 'https://old mirror/v1/', {
        user: null,
        problem: 'Its address has a space in it, so no tool can use it either.',
      }),
    ],
    failures: [
      'The helper “pass” did not answer within two seconds. Unlock it, then search again.',
      '/home/jane/.dockercfg is not JSON: line 3 ends in the middle of a text.',
    ],
  };
}
