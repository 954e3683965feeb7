/**
 * The mixed corpus that counters are compared and measured on: texts of the installed packages (prose in Markdown,
 * declarations, code, minified code, JSON) and generated texts (prose in a dozen scripts, logs, UUIDs, base64, emoji,
 * whitespace, runs, random Unicode). The same from every run; no text of a package is kept in this repository.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Repeatable numbers below a bound. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
}

const sentences: Readonly<Record<string, readonly string[]>> = {
  Chinese: ['人工智能正在改变软件开发的方式，开发者需要了解每次调用的成本。', '今天天气很好，我们去公园散步吧。', '请根据用户的问题检索知识库，然后用简洁的语言回答。', '订单已经发货，预计三天之内送达，请注意查收。', '该模型在中文理解与代码生成方面表现优异', '数据不得离开中国大陆境内的服务器', '如果余额不足，系统会提示充值并暂停服务。', '繁體中文的用戶也應該得到正確的計數。'],
  Japanese: ['トークンの数はモデルごとに違います。', '料金を計算してから、どのモデルを使うか決めましょう。', '東京都の天気は晴れ、最高気温は二十五度です。', 'エラーが発生しました。もう一度お試しください。', 'お問い合わせありがとうございます、担当者よりご連絡いたします。'],
  Korean: ['토큰 수에 따라 비용이 달라집니다.', '한국어 문장은 영어 문장보다 더 비쌀 수 있습니다.', '요청을 처리하는 중에 오류가 발생했습니다.', '내일 오전 열 시에 회의가 있습니다.'],
  Russian: ['Стоимость вызова зависит от количества токенов в запросе.', 'Разработчик должен знать, куда отправляются данные.', 'Съешь же ещё этих мягких французских булок, да выпей чаю.', 'Ошибка соединения: сервер не отвечает.'],
  Arabic: ['تعتمد تكلفة الاستدعاء على عدد الرموز في الطلب.', 'يجب ألا تغادر البيانات الخوادم المحلية.', 'اللغة العربية جميلة وغنية بالمفردات.'],
  Hindi: ['अनुरोध में टोकन की संख्या पर लागत निर्भर करती है।', 'कृपया अपना प्रश्न फिर से लिखें।', 'मौसम आज बहुत अच्छा है और हम बाहर जा रहे हैं।'],
  Thai: ['ค่าใช้จ่ายขึ้นอยู่กับจำนวนโทเค็นในคำขอ', 'กรุณาลองใหม่อีกครั้งในภายหลัง', 'วันนี้อากาศดีมาก'],
  Greek: ['Το κόστος εξαρτάται από τον αριθμό των συμβόλων.', 'Παρακαλώ δοκιμάστε ξανά αργότερα.'],
  Hebrew: ['העלות תלויה במספר האסימונים בבקשה.', 'נא לנסות שוב מאוחר יותר.'],
  German: ['Die Kosten hängen von der Anzahl der Tokens ab.', 'Straßenbahnhaltestellenschilder überprüfen müßige Grüße.', 'Daten dürfen die Europäische Union nicht verlassen.'],
  French: ['Le coût dépend du nombre de jetons envoyés et reçus.', 'Où est-ce que les données sont hébergées ?', 'L\'été dernier, j\'ai mangé des crêpes à Noël.'],
  Vietnamese: ['Chi phí phụ thuộc vào số lượng token trong yêu cầu.', 'Vui lòng thử lại sau ít phút nữa.'],
  Georgian: ['ღირებულება დამოკიდებულია ტოკენების რაოდენობაზე.'],
  Tamil: ['கோரிக்கையில் உள்ள டோக்கன்களின் எண்ணிக்கையைப் பொறுத்து செலவு.'],
};

/** Prose of a script: sentences cut at random and put together anew, so that pieces repeat as in real text, not exactly. */
function prose(language: string, length: number): string {
  const random = randomNumbers(language.length * 7919 + language.charCodeAt(0));
  const parts = sentences[language]!;
  let text = '';
  while (text.length < length) {
    const characters = [...parts[random(parts.length)]!];
    const from = random(4) === 0 ? random(characters.length) : 0;
    text += `${characters.slice(from).join('')}${random(6) === 0 ? '\n' : random(2) ? ' ' : ''}`;
  }
  return text;
}

/** Texts made up here, by kind. `scale` 1 is about a megabyte in all. */
export function generatedTexts(scale = 1): Record<string, string> {
  const random = randomNumbers(20261123);
  const many = (count: number, make: () => string, joint = ''): string => Array.from({ length: Math.ceil(count * scale) }, make).join(joint);
  const hex = (digits: number): string => Array.from({ length: digits }, () => random(16).toString(16)).join('');
  const points = (count: number, from: number, to: number): string => many(count, () => {
    const point = from + random(to - from);
    return point >= 0xd800 && point < 0xe000 ? ' ' : String.fromCodePoint(point);
  });
  const code = 'const reply = await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: `${question}` }] });\n';
  return {
    ...Object.fromEntries(Object.keys(sentences).map((language) => [language, prose(language, 30_000 * scale)])),
    json: JSON.stringify(Array.from({ length: Math.ceil(900 * scale) }, (_, id) => ({ id, name: `item ${id * 37}`, price: Math.round(id * 137.7) / 100, tags: ['a', 'b-c'], nested: { ok: id % 2 === 0, note: null } }))),
    log: many(700, () => `2026-11-23T10:${10 + random(49)}:${10 + random(49)}.${100 + random(900)}Z ${['INFO', 'WARN', 'ERROR'][random(3)]} [pid ${random(90000)}] 10.0.${random(256)}.${random(256)} GET /v1/chat?id=${hex(8)} ${200 + random(304)} ${random(100000)}ms`, '\n'),
    uuids: many(900, () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`, '\n'),
    base64: many(40_000, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'[random(64)]!),
    emoji: many(2500, () => ['👩‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', '🇩🇪', '☕️', '😀', ' ok ', '🎉', '👨🏿‍🚀', '\n'][random(10)]!),
    whitespace: many(9000, () => [' ', '  ', '\t', '\n', '\r\n', '\u00a0', '\u3000', 'a', ' b', '    ', '\u0085'][random(11)]!),
    runs: many(120, () => ['=', 'ab', ' ', '\n', '9', '-', '_', '哈', 'é', '#'][random(10)]!.repeat(1 + random(200))),
    numbers: many(4000, () => `${random(1e9) / 10 ** random(5)}${[' ', ', ', '\t', ' ٣٤ ', ' ½ '][random(5)]}`),
    contractions: many(3000, () => ["I'm", "we'll", "it'S", "DON'T", "y'all'd've", "'s", "'ſ", "l'été", "’tis", ' '][random(10)]!, ' '),
    halfTyped: many(120, () => code.slice(0, 1 + random(code.length)), '\n'),
    bom: many(2000, () => ['\ufeff', 'Hello', ' world', '\u200b', '\n'][random(5)]!),
    special: many(500, () => ['<|endoftext|>', '<|im_start|>user', '<|im_end|>', '[INST]', '<think>', ' hi '][random(6)]!),
    basicPlane: points(20_000, 0x20, 0x3000),
    anyPlane: points(15_000, 0x20, 0x32000),
  };
}

/** Texts of the installed packages, by kind, up to `limit` characters each. */
export function packageTexts(limit = 600_000): Record<string, string> {
  const modules = join(process.cwd(), 'node_modules');
  const kinds: readonly (readonly [string, RegExp])[] = [
    ['markdown', /\.md$/i], ['declarations', /\.d\.ts$/], ['minified', /\.min\.js$/], ['code', /(?<!\.min)\.[cm]?js$/], ['packageJson', /package\.json$/],
  ];
  const found = new Map<string, string[]>(kinds.map(([kind]) => [kind, []]));
  const visit = (folder: string, depth: number): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) { if (depth < 5 && entry.name !== '.cache') visit(path, depth + 1); continue; }
      for (const [kind, pattern] of kinds) if (pattern.test(entry.name)) { found.get(kind)!.push(path); break; }
    }
  };
  visit(modules, 0);
  return Object.fromEntries([...found].map(([kind, paths]) => {
    let text = '';
    for (const path of paths) {
      if (text.length >= limit) break;
      const { size } = statSync(path);
      if (size > 500 && size < 300_000) text += readFileSync(path, 'utf8').slice(0, 60_000);
    }
    return [kind, text.slice(0, limit)];
  }));
}
