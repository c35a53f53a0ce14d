import type { Analyser } from '../../finding.ts';
import { badCommand } from './bad-command.ts';
import { imagePull } from './image-pull.ts';
import { initContainer } from './init-container.ts';
import { missingConfig } from './missing-config.ts';
import { mountPermissions } from './mount-permissions.ts';
import { sandbox } from './sandbox.ts';
import { securityContext } from './security-context.ts';
import { volumeMount } from './volume-mount.ts';

export const start: readonly Analyser[] = [
  imagePull,
  missingConfig,
  volumeMount,
  mountPermissions,
  sandbox,
  securityContext,
  badCommand,
  initContainer,
];
