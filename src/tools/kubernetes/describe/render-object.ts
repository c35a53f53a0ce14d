import { instant, joined, pairs } from '../wording.ts';
import type { ObjectDescription } from './object-description.ts';
import { formatOwners } from './owners.ts';
import {
  containerFacts,
  problemLines,
  renderConditions,
  renderConfigMaps,
  renderContainer,
  renderEvents,
  renderFacts,
  section,
} from './sections.ts';

/** `kubectl describe` of any kind, without what is empty or for machines. */
export function renderObjectDescription(object: ObjectDescription): string {
  const { kind, namespace, name, columns, healthy, details } = object;
  const status = Object.entries(columns).map(([column, cell]) => `${column} ${cell || '<none>'}`);
  return [
    `${kind} ${joined([namespace, name], '/')}: ${status.join(', ')}`,
    ...(healthy ? details : problemLines(details)),
    ...problemLines(object.problems),
    ...identity(object),
    ...renderFacts(Object.entries(object.facts)),
    ...section(
      'Containers of its pods:',
      object.containers.flatMap((it) => renderContainer(it, containerFacts(it))),
    ),
    ...section(
      'Volumes:',
      object.volumes.map((volume) => `${volume.name}: ${volume.source}`),
    ),
    ...section('Keys of its ConfigMaps:', renderConfigMaps(object.configMaps)),
    ...section('Conditions:', renderConditions(object.conditions)),
    ...renderEvents(object.events),
    ...object.gaps.map((gap) => `Note: ${gap}`),
  ].join('\n');
}

function identity({
  owners,
  createdAt,
  deletionAt,
  labels,
  annotations,
}: ObjectDescription): string[] {
  const [labelled, annotated] = [pairs(labels), pairs(annotations)];
  return [
    joined(
      [
        owners.length > 0 ? `Owner: ${formatOwners(owners)}` : '',
        `Created: ${instant(createdAt)}`,
        deletionAt ? `Being deleted since ${instant(deletionAt)}` : '',
      ],
      '   ',
    ),
    ...(labelled === '' ? [] : [`Labels: ${labelled}`]),
    ...(annotated === '' ? [] : [`Annotations: ${annotated}`]),
  ];
}
