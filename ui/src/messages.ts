/**
 * Every English string of the window, by screen. A translation replaces this one object.
 * Strings with values are functions; numbers and plurals go through Intl.
 */
import { activity } from './messages/activity';
import { checks } from './messages/checks';
import { cluster } from './messages/cluster';
import { common } from './messages/common';
import { container } from './messages/container';
import { form } from './messages/form';
import { providers } from './messages/providers';
import { registries } from './messages/registries';
import { settings } from './messages/settings';
import { share } from './messages/share';
import { shell } from './messages/shell';
import { stacks } from './messages/stacks';
import { tools } from './messages/tools';
import { vault } from './messages/vault';

export const m = {
  activity,
  checks,
  cluster,
  common,
  container,
  form,
  providers,
  registries,
  settings,
  share,
  shell,
  stacks,
  tools,
  vault,
};
