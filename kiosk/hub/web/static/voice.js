// The recorder's page: records a clip, or takes any recording, and hands it in as WAV. The server judges and draws.
(() => {
  "use strict";
  const RATE = 22050;
  const LONGEST_MS = 6000;
  const list = document.getElementById("clips");
  if (!list || !window.fetch || !window.OfflineAudioContext) return;
  const words = list.dataset;
  const mayRecord = Boolean(window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
  let recorder = null;

  const dress = (clip) => {
    clip.querySelector("[data-act=send]").hidden = true;
    clip.querySelector("[data-act=record]").hidden = !mayRecord;
  };

  const tell = (clip, text) => {
    const note = clip.querySelector("[role=alert]");
    note.textContent = text;
    note.hidden = !text;
  };

  const wavOf = (samples) => {
    const file = new DataView(new ArrayBuffer(44 + 2 * samples.length));
    const letters = (at, text) => [...text].forEach((letter, n) => file.setUint8(at + n, letter.charCodeAt(0)));
    letters(0, "RIFF"); file.setUint32(4, 36 + 2 * samples.length, true); letters(8, "WAVEfmt ");
    file.setUint32(16, 16, true); file.setUint16(20, 1, true); file.setUint16(22, 1, true);
    file.setUint32(24, RATE, true); file.setUint32(28, 2 * RATE, true); file.setUint16(32, 2, true);
    file.setUint16(34, 16, true); letters(36, "data"); file.setUint32(40, 2 * samples.length, true);
    samples.forEach((sample, n) => file.setInt16(44 + 2 * n, Math.max(-1, Math.min(1, sample)) * 32767, true));
    return new Blob([file], { type: "audio/wav" });
  };

  // what a phone records is no WAV: the browser opens it and brings it to our rate
  const asWav = async (recording) => {
    const opened = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(await recording.arrayBuffer());
    const channels = Array.from({ length: opened.numberOfChannels }, (_, n) => opened.getChannelData(n));
    return wavOf(channels[0].map((_, at) => channels.reduce((sum, one) => sum + one[at], 0) / channels.length));
  };

  const handIn = async (clip, recording) => {
    const form = clip.querySelector("form");
    clip.setAttribute("aria-busy", "true");
    tell(clip, "");
    let file = recording;
    try { file = await asWav(recording); } catch (_) { /* no sound: the server says what is wrong */ }
    const fields = new FormData();
    fields.append("csrf", form.elements.csrf.value);
    fields.append("file", file, "clip.wav");
    let drawn = null;
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, credentials: "same-origin" });
      drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch (_) { /* the network is away: what was recorded is recorded again */ }
    clip.removeAttribute("aria-busy");
    const now = drawn && drawn.getElementById(clip.id);
    if (!now) { tell(clip, words.lost); return; }
    clip.replaceWith(now);
    dress(now);
    document.getElementById("done").replaceWith(drawn.getElementById("done"));
    const wasTaken = now.querySelector("[role=alert]").hidden;
    const next = wasTaken ? list.querySelector(".clip[data-state=missing]") || now : now;
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("[data-act=record]").focus();
  };

  const record = async (clip, button) => {
    let stream;
    try {
      const voice = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      stream = await navigator.mediaDevices.getUserMedia({ audio: voice });
    } catch (_) { tell(clip, words.denied); return; }
    const pieces = [];
    recorder = new MediaRecorder(stream);
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstart = () => { clip.dataset.state = "recording"; button.textContent = words.stop; };
    const limit = setTimeout(() => recorder && recorder.stop(), LONGEST_MS);
    recorder.onstop = () => {
      clearTimeout(limit);
      recorder = null;
      stream.getTracks().forEach((track) => track.stop());
      clip.dataset.state = "sent";
      button.textContent = words.wait;
      handIn(clip, new Blob(pieces)).finally(() => { button.textContent = words.again; });
    };
    tell(clip, "");
    button.textContent = words.wait;
    recorder.start();
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act=record]");
    if (!button) return;
    const clip = button.closest(".clip");
    if (recorder) { if (clip.dataset.state === "recording") recorder.stop(); return; }
    record(clip, button);
  });
  list.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.files.length) handIn(event.target.closest(".clip"), event.target.files[0]);
  });
  list.querySelectorAll(".clip").forEach(dress);
  document.getElementById("no-microphone").hidden = mayRecord;
})();
