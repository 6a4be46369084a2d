/**
 * Words by which a text shows that it talks to a language model rather than about its subject, in folded form (lower
 * case, no accents). `*`: any ending. English first, then German, Dutch, French, Spanish, Portuguese, Italian, Polish,
 * Turkish, Russian, Chinese, Japanese, Korean, Arabic, Hindi.
 */

/** Sets aside what the model was told. */
export const OVERRIDE = cue(
  'ignore disregard forget override bypass ignorier* vergiss missacht* negeer vergeet ignorez ignorer oublie* ignora* olvid* ignorar ignore esquec* dimentic* zignoruj* ignoruj* zapomnij yoksay* unut* gormezden игнорир* забудь* проигнор*',
  '忽略 无视 無視 忘记 忘れ 무시 잊어 تجاهل تجاهلوا अनदेखा अनदेखी भूल',
);

/** What the model was told. */
export const RULES = cue(
  'instruction* prompt* rule rules guideline* directive* command* order orders anweisung* regel regeln vorgabe* instructie* regels consigne* regle* instruccion* regla* instruco* instrucoes instrucao regra* istruzion* regole instrukcj* zasad* polecen* talimat* kural* инструкци* правил* указани* приказ*',
  '指令 指示 规则 規則 提示词 要求 プロンプト ルール 지시 규칙 명령 تعليمات التعليمات القواعد قواعد निर्देश नियम',
);

/** Asks for an answer. */
export const ANSWER = cue(
  'answer answers reply respond output return print repeat say antworte* antwort gib ausgeben schreibe antwoord* reponds repondez reponse repondre ecris responde* respond* respuesta escribe resposta rispond* risposta scrivi odpowiedz* wypisz yanit* cevap* yaz ответ* отвеча* верни* напиши* выведи*',
  '回答 回复 答复 输出 輸出 答え 出力 返し 대답 답변 출력 أجب اجب الإجابة الاجابة اكتب उत्तर जवाब लिखें लिखो',
);

/** Asks for something to be given. */
export const GIVE = cue(
  'use add assign give set put choose pick label mark call name describe classify write include insert suggest nenne verwende benutze nutze vergib setze gebruik geef utilise* donne* ajoute* mets usa use anade pon pone asigna marca da adicione coloque aggiungi metti uzyj dodaj kullan ekle ver используй* добавь* поставь* присвой* назови*',
  '使用 添加 给出 標記 标记 使って 付け つけ 사용 붙여 추가 استخدم أضف اضف ضع दें लगाएं लगाओ इस्तेमाल उपयोग',
);

/** What this service asks for. */
export const TAGS = cue(
  'tag tags tagged tagging label labels keyword keywords confidence schlagwort schlagworte* stichwort* etikett* trefwoord* etiquette* etiqueta* etichett* mot-cle mots-cles palavra-chave palavras-chave parol* etykiet* tagi etiket* тег теги тегом тегами тега метк* ключев*',
  '标签 標籤 标记 关键词 タグ ラベル 태그 라벨 وسم الوسم وسوم وسما الوسوم टैग लेबल',
);

/** Lets no other answer stand. */
export const ONLY = cue(
  'only just exactly instead must always never verbatim regardless whatever nur ausschliesslich genau stattdessen immer alleen altijd uitsluitend seulement uniquement toujours solo solamente unicamente siempre apenas somente sempre soltanto tylko zawsze wylacznie sadece yalnizca yalniz только всегда лишь исключительно',
  '只 仅 必须 总是 のみ だけ 必ず 만 반드시 항상 فقط دائما केवल सिर्फ हमेशा',
);

/** Addresses a machine that reads. */
export const MACHINE = cue(
  'ai llm llms gpt chatgpt claude gemini llama mistral assistant assistants chatbot* librarian sprachmodell* ki taalmodel* ia assistente* asistente* assistent* asystent* sztuczn* нейросет* ии ассистент* модель',
  '人工智能 语言模型 語言モデル 言語モデル 大模型 助手 アシスタント 인공지능 언어모델 모델 어시스턴트 نموذج الذكاء المساعد मॉडल सहायक',
  'language model(?:s)?|you are (?:now |no longer )?(?:a|an|the|in)|as an ai|dear (?:model|system|tagger)|modele de langage|modelo de (?:lenguaje|linguagem)|modello linguistico|yapay zeka|языковая модель',
);

/** Names what the model was given. */
export const SCOPE = cue(
  '',
  '本页 此页 这组 这个页面 该组 このページ 이 페이지 هذه الصفحة इस पृष्ठ',
  '(?:this|the|every|all|any|whole|entire|each|these) (?:\\p{L}+ )?(?:page|pages|group|cluster|batch|wiki|document)s?|diese[rs]? (?:seite|gruppe)|(?:cette|la) page|(?:ce|le) groupe|(?:esta|la) pagina|(?:este|el) grupo|(?:questa|la) pagina|(?:questo|il) gruppo|(?:esta|a) pagina|deze (?:pagina|groep)|ta strona|te strone|bu (?:sayfa|grup)|(?:эт\\p{L}+) (?:страниц|групп)\\p{L}*',
);

/**
 * @param spaced words of scripts with spaces, matched as a whole
 * @param unspaced pieces of words, found anywhere
 * @param phrases alternatives of a pattern
 */
function cue(spaced: string, unspaced: string, phrases = ''): RegExp {
  const words = spaced
    .split(' ')
    .filter(Boolean)
    .map((word) => word.replace('*', '\\p{L}*'));
  const bounded = [...words, phrases].filter(Boolean).join('|');
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${bounded})(?![\\p{L}\\p{N}_])|${unspaced.split(' ').join('|')}`, 'u');
}
