"use strict";
const byId = (id) => document.getElementById(id);
const send = (path, body) => fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });
const make = (tag, attributes = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
};

const KEYS = [
  ["next", "Tiếp", "next", "main"], ["recall", "Gọi lại", "recall"], ["start", "Bắt đầu", "start"], ["finish", "Xong", "finish", "main"],
  ["no_show", "Vắng", "no-show"], ["park", "Tạm giữ", "park"], ["transfer", "Chuyển", "transfer"], ["pause", "Nghỉ", "pause"],
];

function screenOf(device) { return byId(`screen-${device}`); }

function follow(image) {
  // pointer events go through as touches, in parts of the picture
  const spot = (event) => {
    const box = image.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  let isDown = false;
  const pass = (kind) => (event) => {
    event.preventDefault();
    if (kind === "down") { isDown = true; image.setPointerCapture(event.pointerId); }
    if (!isDown) return;
    if (kind === "up") isDown = false;
    send("/touch", { device: image.dataset.device, kind, ...spot(event) });
  };
  image.addEventListener("pointerdown", pass("down"));
  image.addEventListener("pointerup", pass("up"));
  image.addEventListener("pointercancel", pass("up"));
  image.addEventListener("dragstart", (event) => event.preventDefault());
}

// one picture is fetched at a time; while it comes, only the newest notice is kept
const fetching = {};
function show(device, n) {
  const image = screenOf(device);
  if (!image || !n) return;
  if (fetching[device]) { fetching[device] = n; return; }
  fetching[device] = n;
  const next = new Image();
  const done = () => {
    const newest = fetching[device];
    fetching[device] = 0;
    if (newest !== n) show(device, newest);
  };
  next.onload = () => { image.src = next.src; image.dataset.frame = n; done(); };
  next.onerror = done;
  next.src = `/screen/${device}?n=${n}`;
}

function addCounter(device, number) {
  const image = make("img", { id: `screen-${device}`, alt: `Máy đánh giá quầy ${number}` });
  image.dataset.device = device;
  const keys = make("div", { className: "keys" });
  for (const [verb, vi, en, kind] of KEYS) {
    const key = make("button", { className: kind ?? "", onclick: () => send("/press", { device, verb }) }, vi, make("small", { textContent: en }));
    key.dataset.verb = verb;
    keys.append(key);
  }
  byId("counters").append(make("div", { className: "counter", id: `box-${device}` },
    make("div", { className: "head" }, `Quầy ${number}`, make("span", { className: "sign", id: `sign-${device}`, textContent: "" })),
    make("div", { className: "screen tablet" }, image, make("p", { className: "dark", textContent: "Mất điện" })), keys));
  follow(image);
}

function addSwitch(device, part, text) {
  const button = make("button", { id: `switch-${device}-${part}` });
  const paint = (on) => {
    button.dataset.on = on ? "1" : "";
    button.classList.toggle("out", !on);
    button.textContent = `${on ? "●" : "○"} ${text}: ${on ? "đang cắm" : "đã rút"}`;
  };
  button.onclick = () => send("/switch", { device, part, on: !button.dataset.on });
  button.paint = paint;
  paint(true);
  byId("switches").append(button);
}

function addPaper(n, first = true) {
  byId("papers").querySelector(".empty")?.remove();
  const picture = make("img", { src: `/paper/${n}`, alt: `Phiếu thứ ${n}` });
  picture.dataset.paper = n;
  if (first) byId("papers").prepend(picture); else byId("papers").append(picture);
}

function addEvent(row) {
  const item = make("li", {}, make("time", { textContent: row.at }), make("span", {}, row.vi, make("small", { textContent: row.en })));
  item.dataset.type = row.type;
  byId("events").prepend(item);
  while (byId("events").children.length > 80) byId("events").lastChild.remove();
}

async function start() {
  const state = await (await fetch("/state")).json();
  follow(screenOf("lobby-1"));
  follow(screenOf("board-1"));
  state.cards.forEach((card, index) => {
    const button = make("button", { onclick: () => send(`/card/${index}`), title: "Đưa thẻ này trước máy quét" },
      make("img", { src: `/card/${index}`, alt: `Thẻ mẫu của ${card.name}` }), make("span", {}, card.name, make("small", { textContent: ` · sinh ${card.born}` })));
    button.dataset.card = index;
    byId("cards").append(button);
  });
  if (state.expression) {
    byId("expression").replaceChildren("Camera biểu cảm: ", make("b", {}, "bật, hỏi khách trước"), ". Máy tính bảng hỏi khi đang phục vụ; camera ảo nhìn một khuôn mặt vẽ. ",
      make("small", {}, "On, asks first; the virtual camera sees a drawn face."));
  }
  for (const [name, device] of Object.entries(state.devices)) {
    if (device.role === "counter") addCounter(name, Number(name.split("-")[1]));
  }
  addSwitch("lobby-1", "paper", "Giấy in");
  addSwitch("lobby-1", "printer", "Dây máy in");
  addSwitch("hub", "power", "Điện máy chủ");
  addSwitch("lobby-1", "network", "Mạng ki-ốt");
  addSwitch("board-1", "network", "Mạng bảng gọi số");
  for (const [name, device] of Object.entries(state.devices)) {
    if (device.role === "counter") addSwitch(name, "network", `Mạng quầy ${name.split("-")[1]}`);
    byId(`switch-${name}-power`)?.paint(device.power);
    byId(`switch-${name}-network`)?.paint(device.network);
    if (device.sign && byId(`sign-${name}`)) byId(`sign-${name}`).textContent = device.sign;
    show(name, device.frame);
  }
  for (const paper of state.papers) addPaper(paper.n);
  for (const row of state.events) addEvent(row);
  byId("leader").href = `${state.hub}/leader`;
  byId("password").textContent = state.leader_password;
}

function listen() {
  const stream = new EventSource("/events");
  const on = (kind, act) => stream.addEventListener(kind, (event) => act(JSON.parse(event.data)));
  on("frame", ({ device, n }) => show(device, n));
  on("paper", ({ n }) => addPaper(n));
  on("event", addEvent);
  on("sign", ({ device, text }) => { if (byId(`sign-${device}`)) byId(`sign-${device}`).textContent = text; });
  on("switch", ({ device, part, on: is }) => byId(`switch-${device}-${part}`)?.paint(is));
  on("voice", ({ n, text }) => {
    byId("said").textContent = text;
    byId("said").dataset.n = n;
    if (byId("sound").getAttribute("aria-pressed") === "true") speak(n);
  });
  on("caption", ({ n, vi, en }) => {
    byId("caption").hidden = false;
    byId("caption-n").textContent = n ? `${n}/10` : "!";
    byId("caption-vi").textContent = vi;
    byId("caption-en").textContent = en;
    if (n === 10 || n === 0) { byId("play").disabled = false; setTimeout(() => { byId("caption").hidden = true; }, 12000); }
  });
}

// calls are spoken one after another
const waiting = [];
function speak(n) {
  const audio = byId("audio");
  waiting.push(n);
  const next = () => { if (waiting.length) { audio.src = `/voice/${waiting[0]}`; audio.play().catch(() => { waiting.shift(); next(); }); } };
  audio.onended = () => { waiting.shift(); next(); };
  audio.onerror = () => { waiting.shift(); next(); };
  if (waiting.length === 1) next();
}

byId("sound").onclick = () => {
  const on = byId("sound").getAttribute("aria-pressed") !== "true";
  byId("sound").setAttribute("aria-pressed", String(on));
  byId("sound").querySelector("span").textContent = on ? "Loa đang bật" : "Bật tiếng loa";
};
byId("play").onclick = async () => {
  byId("sound").getAttribute("aria-pressed") === "true" || byId("sound").click();
  const answer = await (await send("/visit")).json();
  if (answer.started) byId("play").disabled = true;
};
byId("upload").onchange = async (event) => {
  const form = new FormData();
  form.append("data", event.target.files[0]);
  await fetch("/frame", { method: "POST", body: form });
  event.target.value = "";
};
start().then(listen);
