// Cron expressions in words.

/** The commonest cron expressions in words; any other as it is. */
export function cronWords(cron) {
  const named = { "@hourly": "every hour", "@daily": "every day at 00:00", "@midnight": "every day at 00:00", "@weekly": "every Sunday at 00:00", "@monthly": "on the 1st of every month at 00:00" }[cron];
  if (named) return named;
  const [minute, hour, day, month, weekday] = cron.split(" ");
  if (month !== "*") return cron;
  const every = /^\*\/(\d+)$/.exec(minute);
  if (hour === "*" && day === "*" && weekday === "*" && (minute === "*" || every)) return every ? `every ${every[1]} minutes` : "every minute";
  if (!/^\d+$/.test(minute)) return cron;
  const two = (text) => text.padStart(2, "0");
  if (hour === "*" && day === "*" && weekday === "*") return minute === "0" ? "every hour" : `every hour at :${two(minute)}`;
  if (!/^\d+$/.test(hour)) return cron;
  const at = `at ${two(hour)}:${two(minute)}`;
  if (day === "1" && weekday === "*") return `on the 1st of every month ${at}`;
  if (day !== "*") return cron;
  if (weekday === "*") return `every day ${at}`;
  if (weekday === "1-5") return `Monday to Friday ${at}`;
  const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  return /^[0-7]$/.test(weekday) ? `every ${days[Number(weekday)]} ${at}` : cron;
}
