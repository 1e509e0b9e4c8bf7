/* A date typed in any format is written as 14-Jul-1945 on leaving the field. The server reads the same formats (date_entry.py). */
const MONTHS = {};
"jan january ene enero|feb february febrero|mar march marzo|apr april abr abril|may mayo|jun june junio|jul july julio|aug august ago agosto|sep sept september septiembre setiembre|oct october octubre|nov november noviembre|dec december dic diciembre"
  .split("|").forEach((words, place) => words.split(" ").forEach((word) => { MONTHS[word] = place + 1; }));
const NEAR = { today: 0, t: 0, hoy: 0, tomorrow: 1, "mañana": 1, yesterday: -1, ayer: -1 };
const SMALL = new Set(["de", "del", "of", "st", "nd", "rd", "th"]);
const SHORT = osler.words.months?.split(" ") ?? [];

const build = (year, month, day, now, isPast) => {
  if (![2, 4].includes(year.length)) return null;
  let number = Number(year);
  if (year.length === 2) {
    number += Math.floor(now.getFullYear() / 100) * 100;
    if (number > (isPast ? now.getFullYear() : now.getFullYear() + 20)) number -= 100;
  }
  const found = new Date(2000, 0, 1);
  found.setFullYear(number, month - 1, Number(day));
  return number > 0 && found.getMonth() === month - 1 && found.getDate() === Number(day) ? found : null;
};

const shift = (now, sign, amount, unit) => {
  const found = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const steps = (sign === "+" ? 1 : -1) * amount;
  if (unit === "d" || unit === "w") found.setDate(found.getDate() + steps * (unit === "w" ? 7 : 1));
  else {
    const months = found.getMonth() + steps * (unit === "y" ? 12 : 1);
    const last = new Date(found.getFullYear(), months + 1, 0).getDate();
    found.setMonth(months, Math.min(found.getDate(), last));
  }
  return found.getFullYear() > 0 && found.getFullYear() < 10_000 ? found : null;
};

const split = (digits) => {
  if (digits.length === 8 && /^(19|20)/.test(digits)) return [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)];
  return [6, 8].includes(digits.length) ? [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)] : [];
};

osler.parseDate = (text, { now = new Date(), isPast = false } = {}) => {
  const said = text.trim().toLowerCase().replace(/\s+/g, " ");
  if (said in NEAR) return shift(now, "+", NEAR[said], "d");
  const ahead = said.match(/^(?:t\s*)?([+-])\s*(\d{1,4})\s*([dwmy]?)$/);
  if (ahead) return shift(now, ahead[1], Number(ahead[2]), ahead[3] || "d");
  let parts = (said.match(/\d+|\p{L}+/gu) ?? []).filter((part) => !SMALL.has(part));
  if (parts.length === 1 && /^\d+$/.test(parts[0])) parts = split(parts[0]);
  if (parts.length !== 3) return null;
  const named = parts.findIndex((part) => part in MONTHS);
  if (named >= 0) {
    const month = MONTHS[parts.splice(named, 1)[0]];
    if (!parts.every((part) => /^\d+$/.test(part))) return null;
    const [first, second] = parts;
    return first.length === 4 ? build(first, month, second, now, isPast) : build(second, month, first, now, isPast);
  }
  if (!parts.every((part) => /^\d+$/.test(part))) return null;
  const [first, second, third] = parts;
  if (first.length === 4) return build(first, Number(second), third, now, isPast);
  return Number(first) > 12 ? build(third, Number(second), first, now, isPast) : build(third, Number(first), second, now, isPast);
};

osler.writeDate = (day) => `${String(day.getDate()).padStart(2, "0")}-${SHORT[day.getMonth()]}-${String(day.getFullYear()).padStart(4, "0")}`;

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[data-date]")) return;
  const found = osler.parseDate(input.value, { isPast: input.dataset.date === "past" });
  if (found) input.value = osler.writeDate(found);
});
