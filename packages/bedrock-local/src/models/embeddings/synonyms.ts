/** Small groups of words that mean much the same or belong together; the first word of a group names it. */
const GROUPS: readonly string[] = [
  "car automobile vehicle auto sedan truck driving motor",
  "king queen prince princess monarch royal throne crown",
  "dog puppy hound canine",
  "cat kitten feline kitty",
  "pet dog puppy cat kitten hamster",
  "animal dog cat horse bird lion tiger elephant wolf bear zebra mammal",
  "happy glad joyful cheerful delighted pleased joy",
  "sad unhappy sorrow miserable depressed grief",
  "big large huge enormous giant great",
  "small little tiny miniature",
  "fast quick rapid swift speed",
  "doctor physician nurse surgeon medic hospital clinic",
  "medicine drug pill medication health disease illness sick patient",
  "money cash currency dollar euro bank finance payment pay price cost invoice refund",
  "computer laptop pc machine server software program code programming developer",
  "ai intelligence learning neural model llm",
  "internet web online website network browser",
  "phone telephone mobile smartphone call",
  "food meal dish eat dinner lunch breakfast cook cooking recipe restaurant cuisine",
  "fruit apple banana orange pear grape berry",
  "drink beverage water coffee tea juice beer wine",
  "house home building apartment flat villa",
  "city town village urban metropolis",
  "country nation state",
  "ocean sea beach coast wave shore",
  "mountain hill peak summit climb hiking",
  "rain storm weather sunny snow cloud wind forecast temperature climate",
  "sun solar star moon planet space astronomy galaxy mars rocket astronaut nasa cosmos",
  "plane aeroplane airplane aircraft flight fly airport",
  "ship boat vessel sail yacht",
  "train railway rail station",
  "travel trip journey vacation holiday tourism",
  "school university college student teacher class education study lesson",
  "book novel story literature read author",
  "music song melody band concert guitar piano",
  "film movie cinema actor",
  "sport football soccer basketball tennis match team player game goal",
  "war battle army soldier weapon military conflict",
  "peace truce treaty calm",
  "law legal court judge lawyer crime police",
  "child kid boy girl baby son daughter",
  "family mother father parent mum dad brother sister wife husband",
  "man male gentleman guy",
  "woman female lady",
  "job work career employment profession employee office",
  "company business firm corporation enterprise startup",
  "buy purchase shop store shopping order",
  "begin start launch",
  "end finish stop conclude",
  "error bug fault failure crash problem issue",
  "password login account credential authentication sign",
  "language word grammar translate translation",
  "tree forest wood plant flower garden leaf",
  "hello hi greeting hey",
  "red crimson scarlet ruby",
  "orange amber",
  "yellow golden gold lemon",
  "green emerald lime olive",
  "cyan turquoise teal aqua",
  "blue azure navy",
  "purple violet magenta lilac",
  "pink rose",
  "brown chestnut tan",
  "white ivory snowy",
  "black ebony dark",
  "grey gray silver",
];

const NAMES_BY_WORD: ReadonlyMap<string, readonly string[]> = createIndex();

/** The names of the groups that a word (in lower case) is in. */
export function findGroups(word: string): readonly string[] {
  return NAMES_BY_WORD.get(word) ?? [];
}

function createIndex(): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const group of GROUPS) {
    const words = group.split(" ");
    for (const word of words) index.set(word, [...(index.get(word) ?? []), words[0] ?? ""]);
  }
  return index;
}
