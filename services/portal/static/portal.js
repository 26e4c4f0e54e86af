/* 上达门户: server clock, clocks, live fragments, autosave, keys. No framework; works without. ES2017 (chrome64). */
(function () {
  "use strict";
  document.documentElement.className = "js";
  var body = document.body, offset = 0, lastBeat = Date.now(), source = null, waiting = {};

  function sync(iso) { offset = Date.parse(iso) - Date.now(); lastBeat = Date.now(); }
  function serverNow() { return Date.now() + offset; }
  sync(body.dataset.now);

  function words(minutes) {
    var d = Math.floor(minutes / 1440), h = Math.floor(minutes % 1440 / 60), m = minutes % 60, out = [];
    if (d) out.push(d + " 天");
    if (h) out.push(h + " 时");
    if (m || !out.length) out.push(m + " 分");
    return out.join(" ");
  }

  function tick() {
    var now = serverNow();
    var face = document.querySelector(".server-clock");
    if (face) face.textContent = new Date(now + 8 * 3600e3).toISOString().slice(11, 19);
    document.querySelectorAll(".digits[data-due]").forEach(function (el) {
      if (el.classList.contains("done")) return;
      var due = Date.parse(el.dataset.due), late = Date.parse(el.dataset.late), basis = Date.parse(el.dataset.basis);
      var left = Math.floor(due / 60000) - Math.floor(now / 60000), kind, text;
      if (now >= late) { kind = "late"; text = "超 " + words(Math.max(-left, 0)); }
      else { kind = now >= basis + (due - basis) * 0.8 ? "near" : "normal"; text = "余 " + words(Math.max(left, 0)); }
      if (el.textContent !== text) el.textContent = text;
      ["late", "near", "normal"].forEach(function (name) { el.classList.toggle(name, name === kind); });
    });
    var stale = document.getElementById("stale");
    if (stale && source) stale.hidden = Date.now() - lastBeat < 35000;
  }
  tick();
  setInterval(tick, 1000);

  function busy(el) { return el.matches(":hover") || el.contains(document.activeElement); }

  function refresh(el) {
    if (!window.htmx) return;
    htmx.ajax("GET", el.dataset.fragment, { target: el, swap: "innerHTML" });
  }

  function moved(topic) {
    document.querySelectorAll("[data-fragment]").forEach(function (el) {
      if ((el.dataset.topics || "").split(" ").indexOf(topic) < 0) return;
      if (!busy(el)) { refresh(el); return; }
      if (el.querySelector(".newer")) return;
      var note = document.createElement("p");
      note.className = "newer notice";
      note.textContent = body.dataset.newer + " ";
      var show = document.createElement("button");
      show.type = "button";
      show.className = "plain";
      show.textContent = body.dataset.show;
      show.addEventListener("click", function () { refresh(el); });
      note.appendChild(show);
      el.insertBefore(note, el.firstChild);
    });
  }

  function topics() {
    var found = {};
    document.querySelectorAll("[data-topics]").forEach(function (el) {
      el.dataset.topics.split(" ").forEach(function (name) { if (name) found[name] = 1; });
    });
    return Object.keys(found).sort();
  }

  function connect() {
    var wanted = topics();
    if (!wanted.length || source || !window.EventSource) return;
    source = new EventSource("/events?topics=" + wanted.join(","));
    source.addEventListener("beat", function (e) { sync(JSON.parse(e.data).now); });
    source.addEventListener("moved", function (e) { moved(JSON.parse(e.data).topic); });
    source.onerror = function () {
      if (source && source.readyState === 2) { source.close(); source = null; setTimeout(connect, 10000); }
    };
  }
  connect();
  var hiding = null;
  document.addEventListener("visibilitychange", function () {
    clearTimeout(hiding);
    if (document.hidden && location.pathname !== "/duty") {
      hiding = setTimeout(function () { if (source) { source.close(); source = null; } }, 60000);
    } else if (!document.hidden) { connect(); topics().forEach(moved); }
  });
  window.addEventListener("pagehide", function () { if (source) { source.close(); source = null; } });

  document.addEventListener("session-ended", function () {
    var note = document.getElementById("ended");
    if (note) note.hidden = false;
  });

  /* Another tab uses another appointment: what this page sends by itself is refused until it is switched back. */
  function switched(hidden) {
    var note = document.getElementById("switched");
    if (note) note.hidden = hidden;
  }
  document.addEventListener("appointment-switched", function () { switched(false); });
  document.addEventListener("htmx:afterRequest", function (e) {
    if (e.detail.requestConfig.verb === "post" && e.detail.xhr.status === 200) switched(true);
  });

  /* Writing: 800 ms after a pause the checks run, after 10 s the draft is saved. */
  var form = document.getElementById("writing");
  if (form) {
    var checking = null, saving = null;
    form.addEventListener("change", function (e) {
      if (e.target.name === "urgency") form.classList.toggle("is-urgent", e.target.value !== "ROUTINE");
    });
    form.addEventListener("input", function () {
      clearTimeout(checking);
      checking = setTimeout(function () { htmx.trigger(form, "look"); }, 800);
      if (!saving) saving = setTimeout(function () { saving = null; htmx.trigger(form, "keep"); }, 10000);
    });
  }

  /* The list of keys: ? or its button. */
  var keys = document.getElementById("keys"), before = null;
  function toggleKeys() {
    if (!keys) return;
    keys.hidden = !keys.hidden;
    if (!keys.hidden) { before = document.activeElement; keys.focus(); } else if (before) { before.focus(); }
  }
  ["keys-open", "keys-close"].forEach(function (id) {
    var el = document.getElementById(id);
    if (el) el.addEventListener("click", toggleKeys);
  });
  var PLACES = { KeyW: "/", KeyS: "/review", KeyZ: "/duty" }, going = 0;

  /* Keys, portal.md 3.0: single letters only outside fields; a letter focuses, Enter acts. */
  document.addEventListener("keydown", function (e) {
    if (e.isComposing || e.altKey || e.metaKey) return;
    if (form && e.ctrlKey && e.code === "KeyS") { e.preventDefault(); htmx.trigger(form, "keep"); return; }
    if (form && e.ctrlKey && e.code === "Enter") { e.preventDefault(); document.getElementById("verify").click(); return; }
    if (e.ctrlKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) return;
    if (e.key === "?" || (e.code === "Escape" && keys && !keys.hidden)) { e.preventDefault(); toggleKeys(); return; }
    if (e.code === "KeyG") { going = Date.now(); return; }
    if (going && Date.now() - going < 1500 && PLACES[e.code]) {
      var way = document.querySelector('.column a[href="' + PLACES[e.code] + '"]');
      going = 0;
      if (way) { e.preventDefault(); way.click(); }
      return;
    }
    going = 0;
    if (e.code === "KeyU" && !e.shiftKey) { history.back(); return; }
    var el = document.querySelector('[data-key="' + e.code + '"]');
    if (el) {
      e.preventDefault();
      if (el.tagName === "SUMMARY") el.parentNode.open = true;
      el.focus();
      return;
    }
    if (e.code !== "KeyJ" && e.code !== "KeyK") return;
    var rows = Array.prototype.slice.call(document.querySelectorAll("td.what a, .list li a"));
    var at = rows.indexOf(document.activeElement) + (e.code === "KeyJ" ? 1 : -1);
    if (rows[at]) rows[at].focus();
  });
})();
