import type { ModelTurn } from '../../../src/models/model.ts';
import type { Conclusion } from '../../../src/report/conclusion.ts';
import { asking, concluding, saying, tokens } from '../conversation.ts';
import { CPU_SHARE, RESPONSES } from './prometheus.ts';

const conclusion: Conclusion = {
  verdict: 'action_required',
  rootCause: {
    failureMode: 'image-not-found',
    object: { kind: 'Deployment', namespace: 'web', name: 'storefront' },
    statement:
      'The manifest asks for the image tag v2026.11.19-1, but the pipeline pushed 2026.11.19-1: bump-manifest.sh wrote the Git tag, with its "v", where the image tag belongs.',
    confidence: 0.95,
  },
  candidates: [],
  claims: [
    {
      text: 'The registry does not know the tag that the new pods ask for.',
      citation: {
        evidence: 'E5',
        quote: 'registry.example.com/web/storefront:v2026.11.19-1: not found',
      },
    },
    {
      text: 'The build pushed this release without the "v" at 15:57.',
      citation: {
        evidence: 'E10',
        quote: 'Pushing image to registry.example.com/web/storefront:2026.11.19-1',
      },
    },
    {
      text: 'Two minutes later the pipeline wrote the tag with a "v" into the manifest.',
      citation: {
        evidence: 'E10',
        quote: 'apps/web/storefront/kustomization.yaml: newTag: 2026.11.07-2 -> v2026.11.19-1',
      },
    },
    {
      text: 'The script was given the Git tag as it is.',
      citation: { evidence: 'E10', quote: './bump-manifest.sh storefront "$CI_COMMIT_TAG"' },
    },
    {
      text: 'Argo CD applied that commit by itself at 16:02:10.',
      citation: {
        evidence: 'E10',
        quote: "Initiated automated sync to '4f2c9e17d0b86a53c1e94d7f2a60b8350e7d19c4'",
      },
    },
    {
      text: 'The release that serves has a tag without a "v".',
      citation: { evidence: 'E8', quote: 'registry.example.com/web/storefront:2026.11.07-2' },
    },
    {
      text: 'The registry works: thirteen minutes into the trouble worker-b1 pulled another image from it, with the same service account.',
      citation: {
        evidence: 'E9',
        quote:
          'Successfully pulled image "registry.example.com/web/sitemap:2026.10.28-1" in 0.731s',
      },
    },
    {
      text: 'Five pods of the old release serve.',
      citation: {
        evidence: 'E1',
        quote: 'storefront-7c6f9d5b88-{4wqzx,8dnrl,c5vtj,m2kgh,…} (5 pods)  1/1    Running',
      },
    },
    {
      text: 'Since the rollout took away the sixth pod, each of the five does about a fifth more work.',
      citation: { evidence: 'E12', quote: 'level 16:03:01Z 0.15241 → 0.1815' },
    },
    {
      text: 'The ingress had not one 502 to give.',
      citation: { evidence: 'E11', quote: '{status="502"}  0 throughout' },
    },
  ],
  ruledOut: [
    'A registry that is down or cannot be reached: it took a push at 15:57 (E10) and served a pull at 16:15 (E9).',
    'Credentials: the registry says NotFound, not unauthorized (E5), and the same service account pulls another image (E9).',
    'A broken node: three pods fail alike on three nodes, and worker-b1, one of them, pulls other images (E5, E6, E7, E9).',
    'A fault in the new code: it has never run.',
    'The timeouts and failed renderings in the logs: they come from the old pods and were there before the rollout (E3).',
  ],
  gaps: [
    "The registry's own list of tags could not be read: that 2026.11.19-1 is there follows from the log of the pipeline.",
    'Why this Git tag has a "v" and the one before it did not: the repository could not be read.',
  ],
  nextSteps: [
    {
      text: 'Make sure that the image is there. It should print sha256:1c7f0be5….',
      command: 'crane digest registry.example.com/web/storefront:2026.11.19-1',
      risk: 'none',
    },
    {
      text: 'Correct the tag in the repository of manifests; Argo CD rolls it out. A change made in the cluster would be undone by it.',
      command:
        "sed -i 's/newTag: v2026.11.19-1/newTag: 2026.11.19-1/' apps/web/storefront/kustomization.yaml && git commit -m 'storefront: ask for the tag that was pushed' apps/web/storefront/kustomization.yaml && git push",
      risk: 'low',
    },
    {
      text: 'Or take the release back, if nobody who knows it is around: the sixth pod then comes from the old image.',
      command: 'git revert --no-edit 4f2c9e1 && git push',
      risk: 'low',
    },
    {
      text: 'See it end with 6 of 6 ready.',
      command: 'kubectl -n web rollout status deployment/storefront --timeout=10m',
      risk: 'none',
    },
    {
      text: 'For tomorrow: let bump-manifest.sh write the tag that was pushed in place of $CI_COMMIT_TAG, and fail when the registry does not have it.',
      command: null,
      risk: 'none',
    },
  ],
  impact:
    'No visitor notices: five of six pods of the old release answer everything, each with about a fifth more load; release 2026.11.19-1 is not out.',
  timeline: [
    {
      at: '2026-11-19T15:57:29.018Z',
      what: 'The pipeline has pushed 2026.11.19-1.',
      evidence: 'E10',
    },
    {
      at: '2026-11-19T15:59:50.371Z',
      what: 'Commit 4f2c9e1 asks for v2026.11.19-1.',
      evidence: 'E10',
    },
    { at: '2026-11-19T16:02:10.480Z', what: 'Argo CD applies it.', evidence: 'E10' },
    { at: '2026-11-19T16:02:13Z', what: 'The first pull fails.', evidence: 'E5' },
    {
      at: '2026-11-19T16:12:13.390Z',
      what: 'Argo CD calls the application Degraded.',
      evidence: 'E10',
    },
    { at: '2026-11-19T16:12:31Z', what: "The alert's expression becomes true.", evidence: 'E2' },
    {
      at: '2026-11-19T16:27:31.122Z',
      what: 'The alert fires, after its 15 minutes.',
      evidence: 'E2',
    },
  ],
};

export const turns: ModelTurn[] = [
  asking(
    'Three new pods cannot pull storefront:v2026.11.19-1: not found. Either the tag was never pushed, or the manifest names the wrong one, or the registry hides it. So: how were earlier tags written, did anything else come from this registry meanwhile, and what did the pipeline push and Argo CD apply?',
    [
      {
        tool: 'kubectl_describe_pod',
        args: { namespace: 'web', name: 'storefront-7c6f9d5b88-4wqzx' },
      },
      { tool: 'kubectl_describe_pod', args: { namespace: 'web', name: 'sitemap-29918415-n4xvc' } },
      {
        tool: 'search_logs',
        args: { query: '{namespace=~"ci|argocd"} |= "storefront"', limit: 60 },
      },
    ],
    tokens(4, 298, 0, 7_550),
  ),
  asking(
    'The pipeline pushed 2026.11.19-1 and then asked for v2026.11.19-1. That is the cause. What is left is whether anybody notices: answers at the ingress, and what the missing sixth pod costs the other five.',
    [
      { tool: 'query_prometheus', args: { query: RESPONSES } },
      { tool: 'query_prometheus', args: { query: CPU_SHARE } },
    ],
    tokens(4, 214, 7_550, 2_140),
  ),
  saying(
    'The tag in the manifest has a "v" that the pushed image does not have. The registry works, three nodes fail alike, and the old pods answer everything with about a fifth more load each.',
    tokens(4, 71, 9_690, 1_000),
  ),
  concluding(conclusion, tokens(4, 1_526, 10_690, 110)),
];
