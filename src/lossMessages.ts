/** Sentences about what a switch cannot carry over. */
import type { Loss, LossReason } from './core/rewrite.js';
import type { Translate } from './messages.js';

/** What happens to an argument or behaviour in a switch, and why. */
export function lossMessage(loss: Loss, t: Translate): string {
  const why = loss.reason && loss.reason !== 'other-name' ? reasonMessage(loss.reason, t) : null;
  const what = kindMessage(loss, t);
  return why ? t('{0}: {1}', what, why) : what;
}

function kindMessage(loss: Loss, t: Translate): string {
  switch (loss.what) {
    case 'removed': return t('{0} is removed', loss.argument);
    case 'renamed': return t('{0} is renamed', loss.argument);
    case 'kept': return loss.reason ? loss.argument : t('{0} is kept, but the target may treat it differently', loss.argument);
    case 'approximated': return t('{0} is approximated', loss.argument);
    case 'by-hand': return t('{0} must be changed by hand', loss.argument);
  }
}

function reasonMessage(reason: LossReason, t: Translate): string {
  switch (reason) {
    case 'no-equal': return t('the target has no equal');
    case 'other-name': return t('it has another name there');
    case 'limit-required': return t('the target refuses requests without a limit; check the value');
    case 'text-only-history': return t('messages built at run time are carried over by role and text; pictures, tools and their results in them are not');
    case 'assumed-url': return t('taken for a web address that the target can read');
    case 'image-detail': return t('the target chooses the detail of pictures itself');
    case 'strict': return t('the target does not promise to follow the schema strictly');
    case 'json-mode': return t('the target has no JSON mode without a schema; say in the prompt that JSON is wanted');
    case 'schema-form': return t('the schema is not written in the code and cannot be converted');
    case 'stream-events': return t('events of the stream have another shape');
    case 'stream-usage': return t('tokens used in a stream are reported in another way');
    case 'tool-choice': return t('this choice among tools has no exact equal');
    case 'reasoning-text': return t('the text of reasoning is read elsewhere');
    case 'cache-control': return t('cache marks have no equal; the target caches by itself or not at all');
    case 'audio': return t('the target takes no sound in this form');
    case 'message-name': return t('names of speakers have no equal');
    case 'result-read': return t('this part of the answer is not there under another name; change the line by hand');
    case 'spread': return t('may hold arguments that the target refuses');
    case 'content-part': return t('this part of a message cannot be converted; change it by hand');
    case 'finish-values': return t('the values differ');
    case 'compat-hoists-system': return t('the compatible interface moves all system messages to the beginning');
    case 'compat-drops-silently': return t('the compatible interface ignores it without an error');
    case 'reasoning-sampling': return t('reasoning models refuse it');
    case 'extra-body': return t('moved into the extra body of the request');
    case 'incremental-output': return t('asked for piece by piece; without it each event would repeat the whole text');
    case 'region-key': return t('keys belong to one region; use the key of this one');
    case 'gateway-residency': return t('a gateway passes data on; it does not change where the model runs');
    case 'type-names': return t('types of the old SDK are still named');
    case 'client-options': return t('the other client has no such option');
    case 'run-time-model': return t('the model is chosen at run time; set it there');
    case 'error-class': return t('errors of the old SDK are still caught; the new one throws others');
    case 'own-client': return t('the moved call gets a client of its own');
    case 'several-answers': return t('one answer only when tools are used');
    case 'system-position': return t('system messages inside the conversation move to its beginning');
    case 'instructions-name': return t('called instructions from version 7 of the AI SDK on');
    case 'thinking-default': return t('the model thinks before it answers unless told not to, and bills it');
    case 'result-escapes': return t('the answer is handed on from here; code that reads it elsewhere is not changed');
    case 'proprietary-tools': return t('tools that the provider runs itself have no equal');
    case 'state': return t('the conversation is kept by the provider in another way');
    case 'geography-inference-only': return t('it says where is computed; where data is kept follows the workspace');
    case 'alipay-used': return t('belongs to what Alipay needed, but other code uses it; remove it by hand');
    case 'alipay-question': return t('what is asked does not stand in this call; write the call to the gateway by hand');
    case 'required-header': return t('the gateway needs a header');
  }
}
