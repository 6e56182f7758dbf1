/** A cluster that is only pretended: what its lists name. */
import type { ClusterPage, ClusterRegistry } from '../bindings';

export const NO_CLUSTER: ClusterPage = {
  context: null,
  namespace: null,
  registries: [],
  leftOut: [],
  problem: null,
};

export function clusterRegistry(
  id: string,
  change: Partial<ClusterRegistry> = {},
): ClusterRegistry {
  return {
    id,
    name: 'Team stacks',
    url: 'https://stacks.team.svc.example.com',
    scope: 'namespace',
    skipsTls: false,
    ...change,
  };
}

export const CLUSTER: ClusterPage = {
  ...NO_CLUSTER,
  context: 'dev-eu-1',
  namespace: 'payments',
  registries: [
    clusterRegistry('cluster-1'),
    clusterRegistry('cluster-2', {
      name: 'Company stacks',
      url: 'https://devfiles.platform.example.com',
      scope: 'cluster',
      skipsTls: true,
    }),
  ],
};

export const UNREACHABLE: ClusterPage = {
  ...NO_CLUSTER,
  problem: {
    message: 'The cluster did not answer within 2 seconds.',
    hint: 'Your other registries do not wait for it. Try again once the cluster is there.',
    raw: null,
  },
};
