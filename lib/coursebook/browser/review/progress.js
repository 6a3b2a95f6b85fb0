// At a lesson's head and end: how many guesses, goals and points the reader has so far.
import { progress } from "./kept.js";

const lesson = JSON.parse(document.getElementById("progress-data").textContent);

function tell() {
  const { guesses, goals, points } = progress(lesson);
  const parts = [
    `${guesses[0]} of ${guesses[1]} guesses`,
    `${goals[0]} of ${goals[1]} goals`,
    ...(points ? [`${points[0]} of ${points[1]} points in the exercises`] : []),
  ];
  for (const place of document.querySelectorAll("p.so-far > span"))
    place.textContent = `So far: ${parts.join(", ")}.`;
}

for (const event of ["logitlab:kept", "storage", "pageshow"]) addEventListener(event, tell);
tell();
