/** What findings of policies say: the fact, its source, and what to set where the code cannot tell. */
import type { Finding, PlaceReason } from './core/model.js';
import { type Translate, zonePair } from './translate.js';

/** The sentence of a finding that a policy makes; null for other findings. */
export function policyMessage(finding: Finding, t: Translate): string | null {
  const of = (key: string): string => String(finding.data[key] ?? '');
  const has = (key: string): boolean => finding.data[key] !== undefined && finding.data[key] !== '';
  switch (finding.code) {
    case 'residency': return joined(placeSentence(of, has, t), ...common(of, has, t));
    case 'residency-unknown': return joined(unknownSentence(of, has, t), ...common(of, has, t));
    case 'model-origin':
      return joined(has('origin') ? t('The model comes from {0} ({1}); {2}.', of('maker'), of('origin'), limits(of, t))
        : t('The code cannot tell who made the model {0}; {1}. Name the model in the code, or map it under "deployments" in tokenfare.yaml.', of('model') === '' ? '' : `"${of('model')}"`, limits(of, t)), ...common(of, has, t));
    case 'data-retention': return joined(retentionSentence(of, has, t), ...common(of, has, t));
    case 'data-training': return joined(trainingSentence(of, t), ...common(of, has, t));
    case 'routing': return t('{0} is for {1} traffic only, and nothing says that this call is of it. Mark the call: tokenfare: traffic={1}.', of('providerName'), of('traffic').split(', ')[0]!) + branchText(has, t) + layerText(of, t);
    case 'duplicate-flow':
      return t('{0} goes to {1} ({2}) here and to {3} ({4}) above: two places hold the same data, and a turn takes as long as both calls.', `"${of('subject')}"`, of('provider'), zonePair(of('inferenceZone'), of('inferenceZone'), t), of('other'), zonePair(of('otherZone'), of('otherZone'), t));
    default: return null;
  }
}

type Read = (key: string) => string;
type Has = (key: string) => boolean;

const joined = (...sentences: readonly string[]): string => sentences.filter((each) => each !== '').join(' ');

function placeSentence(of: Read, has: Has, t: Translate): string {
  const zones = zonePair(of('storageZone') || of('zone'), of('inferenceZone') || of('zone'), t);
  const name = of('providerName') || of('provider');
  const where = has('through') ? t('{0} behind {1}', name, of('through')) : has('host') ? of('host') : name;
  switch (of('reason')) {
    case 'provider': return t('{0} may not be used according to the policy.', name);
    case 'global': return t('Data of this call may go to {0} ({1}); {2}.', zones, where, limits(of, t));
    case 'gateway':
      if (has('allowed') && !has('because') && !has('upstream')) return t('{0} is a gateway that the policy does not allow.', name);
      return has('upstream') ? t('{0} passes this call on to {1}; the gateway itself is in {2} ({3}).', name, of('upstream'), zones, limits(of, t))
        : t('{0} passes this call on to other providers; nothing limits it to the allowed zones ({1}).', name, of('allowed') || limits(of, t));
    case 'certainty': return t('The policy asks for a documented place; that of this call ({0}) is not: {1}.', where, zones);
    default: return t('Data of this call goes to {0} ({1}); {2}.', zones, where, limits(of, t));
  }
}

function unknownSentence(of: Read, has: Has, t: Translate): string {
  const place = of('host') || of('providerName') || of('provider') || t('endpoint unknown');
  if (of('reason') === 'provider') return t('It cannot be told which provider this call goes to ({0}); the policy allows only {1}.', of('host') || t('endpoint unknown'), of('allowed') || '–');
  if (has('because') && of('because') !== 'not-documented') return joined(t('The code cannot tell where the data of this call goes ({0}); {1}.', place, limits(of, t)), reasonMessage(of('because') as PlaceReason, of('variable'), t));
  return joined(t('It is not documented where the data of this call goes ({0}); {1}.', place, limits(of, t)));
}

/** Why a place cannot be told, and what to set so that it can. */
export function reasonMessage(reason: PlaceReason, variable: string, t: Translate): string {
  const declare = t('Declare it under "declarations" in tokenfare.yaml.');
  switch (reason) {
    case 'deployment-type': return `${t('The type of the Azure deployment decides: Standard stays in the region, DataZone in the EU or the US, Global goes anywhere.')} ${declare}`;
    case 'workspace-scope': return `${t('The scope of the Model Studio workspace decides; a "Global" one may compute in mainland China, too.')} ${declare}`;
    case 'inference-endpoint': return `${t('An inference endpoint (ep-…) stands for a model that only the console shows.')} ${declare}`;
    case 'profile-arn': return `${t('The inference profile behind the ARN decides.')} ${declare}`;
    case 'model-unknown': return t('Bedrock computes where the model id says (eu., us., global. or the region itself), and the code does not show the id. Name the model in the code.');
    case 'region-unset': return variable === '' ? t('No region is given in the code; the environment or a profile decides. Name the region where the client is made.') : t('The region comes from {0}. Name it where the client is made, or set it in a .env file of the project.', variable);
    case 'address-from-environment': return t('The address comes from {0}. Give it a default in the code, or set it in a .env file of the project.', variable);
    case 'address-at-run-time': return `${t('The address is only known at run time. Name it where the client is made.')}`;
    case 'client-out-of-sight': return t('The client is made out of sight.');
    case 'storage-by-workspace': return `${t('Where data is stored is a setting of the workspace at the vendor.')} ${declare}`;
    case 'routed': return t('The gateway routes it. Name the providers it may use in the request.');
    case 'not-documented': return t('The vendor does not say.');
  }
}

function retentionSentence(of: Read, has: Has, t: Translate): string {
  const name = of('providerName') || of('provider');
  const declare = t('Declare a contract under "declarations" in tokenfare.yaml (zeroRetention: true).');
  if (of('reason') === 'zero-retention') {
    return of('zeroRetention') === 'contract' ? `${t('{0} keeps nothing only where that was agreed; the code does not show it.', name)} ${declare}`
      : has('retentionDays') ? `${t('{0} keeps data for {1} days; the policy asks that nothing is kept.', name, of('retentionDays'))} ${declare}`
        : `${t('It is not documented how long {0} keeps data; the policy asks that nothing is kept.', name)} ${declare}`;
  }
  return has('retentionDays') ? `${t('{0} keeps data for {1} days; the policy allows {2}.', name, of('retentionDays'), of('limit'))} ${declare}`
    : `${t('It is not documented how long {0} keeps data; the policy allows {1} days.', name, of('limit'))} ${declare}`;
}

function trainingSentence(of: Read, t: Translate): string {
  const name = of('providerName') || of('provider');
  const declare = t('Declare what was agreed under "declarations" in tokenfare.yaml (training: false).');
  switch (of('training')) {
    case 'yes': return t('{0} trains on this data; the policy forbids it.', name);
    case 'opt-out': return `${t('{0} trains on this data unless it is switched off in the console; the policy forbids it.', name)} ${declare}`;
    case 'unspecified': return `${t('{0} does not rule out training on this data; the policy forbids it.', name)} ${declare}`;
    case 'by-tier': return `${t('Whether {0} trains on this data depends on the plan or the routed provider, which the code does not show; the policy forbids it.', name)} ${declare}`;
    default: return `${t('It is not documented whether {0} trains on this data; the policy forbids it.', name)} ${declare}`;
  }
}

/** What the policy asks: `allowed: EU; forbidden: CN`. */
function limits(of: Read, t: Translate): string {
  const parts = [...(of('allowed') ? [t('allowed: {0}', of('allowed'))] : []), ...(of('forbidden') ? [t('forbidden: {0}', of('forbidden'))] : [])];
  return parts.length > 0 ? parts.join('; ') : t('allowed: {0}', '–');
}

/** What stands behind every finding of a policy. */
function common(of: Read, has: Has, t: Translate): readonly string[] {
  const how = of('dataHow') === 'comment' ? t('a comment says so') : of('dataHow') === 'path' ? t('by the paths of the policy') : t('a hint: {0} is put into the prompt', `"${of('evidence')}"`);
  return [
    branchText(has, t).trim(),
    has('dataClass') ? t('Rule for {0} data ({1}).', className(of('dataClass'), t), how) : '',
    of('decidedBy') === 'sdk-default' && has('host') ? t('No address is given in the code: the SDK\'s default decides.') : '',
    has('source') ? t('Source: {0}, {1}.', sourceName(of('source')), of('checkedOn')) : '',
    layerText(of, t).trim(),
    of('remedy'),
    has('acceptedUntil') ? t('Accepted until {0} ({1}): that has passed.', of('acceptedUntil'), of('acceptedReason') || t('no reason given')) : '',
  ];
}

/** Host of an address; other sources as they are written. */
function sourceName(source: string): string {
  return /^https?:/.test(source) ? source.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/.*$/, '') : source;
}

function branchText(has: Has, t: Translate): string {
  return has('branch') ? ` ${t('That holds for another branch of the code than the first.')}` : '';
}

function layerText(of: Read, t: Translate): string {
  return of('layer') === 'organisation' ? ` ${t('Policy of the organisation ({0}).', of('file'))}` : '';
}

/** Name of a class of data. */
export function className(name: string, t: Translate): string {
  switch (name) {
    case 'personal': return t('personal');
    case 'payment': return t('payment');
    case 'health': return t('health');
    default: return t('public');
  }
}
