/** The clouds whose own credentials a registry takes, and the ways to sign in at each. */
import type { Cloud, CloudWay } from '../bindings';
import type { Way } from '../messages/cloud';

/** In the order in which they are offered, before what is entered. */
export const WAYS: Record<Cloud, readonly CloudWay[]> = {
  aws: ['aws_machine', 'aws_keys'],
  azure: ['azure_machine', 'azure_principal'],
  google: ['google_machine'],
};

export const CLOUD_OF: Record<CloudWay, Cloud> = {
  aws_machine: 'aws',
  aws_keys: 'aws',
  azure_machine: 'azure',
  azure_principal: 'azure',
  google_machine: 'google',
};

/** Whether the person enters a secret for it. */
export function hasSecret(way: Way): boolean {
  return way === 'entered' || way === 'aws_keys' || way === 'azure_principal';
}

/** What fits a new registry: AWS has no secret that would last, the others have. */
export function fittingWay(cloud: Cloud | null): Way {
  return cloud === 'aws' ? 'aws_machine' : 'entered';
}
