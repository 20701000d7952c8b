/** Translates a few words, word by word. */
import type { Skill } from "../turn.ts";

type Language = "french" | "german" | "spanish";

const DICTIONARY: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  "good evening": { french: "bonsoir", german: "guten Abend", spanish: "buenas noches" },
  "good morning": { french: "bonjour", german: "guten Morgen", spanish: "buenos días" },
  "good night": { french: "bonne nuit", german: "gute Nacht", spanish: "buenas noches" },
  "how are you": { french: "comment allez-vous", german: "wie geht es Ihnen", spanish: "cómo está usted" },
  "i love you": { french: "je t'aime", german: "ich liebe dich", spanish: "te quiero" },
  "thank you": { french: "merci", german: "danke", spanish: "gracias" },
  apple: { french: "pomme", german: "Apfel", spanish: "manzana" },
  book: { french: "livre", german: "Buch", spanish: "libro" },
  bread: { french: "pain", german: "Brot", spanish: "pan" },
  cat: { french: "chat", german: "Katze", spanish: "gato" },
  cheese: { french: "fromage", german: "Käse", spanish: "queso" },
  dog: { french: "chien", german: "Hund", spanish: "perro" },
  friend: { french: "ami", german: "Freund", spanish: "amigo" },
  goodbye: { french: "au revoir", german: "auf Wiedersehen", spanish: "adiós" },
  hello: { french: "bonjour", german: "hallo", spanish: "hola" },
  house: { french: "maison", german: "Haus", spanish: "casa" },
  moon: { french: "lune", german: "Mond", spanish: "luna" },
  no: { french: "non", german: "nein", spanish: "no" },
  please: { french: "s'il vous plaît", german: "bitte", spanish: "por favor" },
  red: { french: "rouge", german: "rot", spanish: "rojo" },
  sun: { french: "soleil", german: "Sonne", spanish: "sol" },
  thanks: { french: "merci", german: "danke", spanish: "gracias" },
  tree: { french: "arbre", german: "Baum", spanish: "árbol" },
  water: { french: "eau", german: "Wasser", spanish: "agua" },
  world: { french: "monde", german: "Welt", spanish: "mundo" },
  yes: { french: "oui", german: "ja", spanish: "sí" },
};

const ENTRIES = new RegExp(`\\b(?:${Object.keys(DICTIONARY).join("|")})\\b`, "gi");

/** "translate 'good morning' to French", "how do you say cat in German". Unknown words stay as they are. */
export const translate: Skill = ({ question }) => {
  const pattern =
    /\b(?:translate|how (?:do|would) (?:you|i) say|what is)\s*:?\s+["“']?(?<words>[^"”]+?)["”']?\s+(?:(?:in)?to|in)\s+(?<language>french|german|spanish)\b/i;
  const { words, language } = pattern.exec(question)?.groups ?? {};
  const target = language?.toLowerCase();
  if (words === undefined || !isLanguage(target)) return undefined;
  return words.replace(ENTRIES, (entry) => matchCase(entry, DICTIONARY[entry.toLowerCase()]?.[target] ?? entry));
};

function isLanguage(name: string | undefined): name is Language {
  return name === "french" || name === "german" || name === "spanish";
}

function matchCase(source: string, text: string): string {
  return /^[A-Z]/.test(source) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
