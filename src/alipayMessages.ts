/** The list of places that a move from Alipay to a gateway touches, as a document. */
import type { AlipayPlace, AlipayRole } from './core/alipayPlaces.js';
import type { Translate } from './messages.js';

/** What has to happen to places of a kind. */
export function roleMessage(role: AlipayRole, t: Translate): string {
  switch (role) {
    case 'model-call': return t('Model calls: they go to the gateway');
    case 'session': return t('OAuth and device session: remove, a gateway takes a key');
    case 'webhook': return t('Webhook receivers: remove, a gateway answers in the same request');
    case 'request-ids': return t('Tables of request ids: remove, nothing has to be matched later');
    case 'payment': return t('Payment: stays with Alipay');
    case 'identity': return t('Identity: stays with Alipay');
  }
}

/** Markdown with a heading per role; `link` makes a place reachable. */
export function alipayDocument(files: readonly { readonly file: string; readonly places: readonly AlipayPlace[] }[], link: (file: string, line: number) => string, t: Translate): string {
  const roles: readonly AlipayRole[] = ['model-call', 'session', 'webhook', 'request-ids', 'payment', 'identity'];
  const sections = roles.flatMap((role) => {
    const found = files.flatMap(({ file, places }) => places.filter((place) => place.role === role).map((place) => `- [ ] ${link(file, place.line)} \`${place.text.replaceAll('`', "'")}\``));
    return found.length > 0 ? [`## ${roleMessage(role, t)}\n\n${found.join('\n')}\n`] : [];
  });
  return `# ${t('From Alipay to a gateway')}\n\n${t('Names are what this list goes by; look at each place. Payment and identity are not changed.')}\n\n${sections.join('\n')}`;
}
