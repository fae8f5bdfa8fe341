// For browsers without modules: the same exam as ready-made pictures, one at a time, in the oldest JavaScript.
(function () {
  "use strict";
  var token = (/^\/s\/([^\/]+)/.exec(location.pathname) || [])[1];
  var MONTHS = "January February March April May June July August September October November December".split(" ");
  var items = [];
  var at = 0;

  function part(id) {
    return document.getElementById(id);
  }

  function ask(method, path, body, then) {
    var request = new XMLHttpRequest();
    request.open(method, path);
    request.setRequestHeader("Accept", "application/json");
    if (body) request.setRequestHeader("Content-Type", "application/json");
    request.onload = function () {
      var said = {};
      try {
        said = JSON.parse(request.responseText);
      } catch (error) {
        said = {};
      }
      then(request.status, said);
    };
    request.onerror = function () {
      then(0, {});
    };
    request.send(body ? JSON.stringify(body) : null);
  }

  function refused(status, said) {
    if (status === 401) return "This code is not right. Tries left: " + (said.remaining_attempts || 0) + ".";
    if (status === 404) return "There is nothing to open here. Please ask the person who gave you the link for a new one.";
    if (status === 410) return "This invitation has ended. Please ask the person who shared the images for a new one.";
    if (status === 429) return "Too many codes were tried. Please wait and try again.";
    return "The portal does not answer just now. Please try again in a minute.";
  }

  function collect(studies, opened) {
    if (!studies.length) return show(opened);
    var place = "/api/v1/view/studies/" + encodeURIComponent(studies[0]);
    ask("GET", place, null, function (status, study) {
      var series = status === 200 ? study.series : [];
      for (var i = 0; i < series.length; i += 1) add(studies[0], series[i]);
      collect(studies.slice(1), opened);
    });
  }

  function add(study, series) {
    for (var i = 0; i < series.instances.length; i += 1) {
      for (var frame = 1; frame <= series.instances[i].frames; frame += 1) {
        items.push(
          "/dicomweb/studies/" + study + "/series/" + series.series_instance_uid + "/instances/" +
            series.instances[i].sop_instance_uid + "/frames/" + frame + "/rendered",
        );
      }
    }
  }

  function element(kind, words, parent) {
    var made = document.createElement(kind);
    made.appendChild(document.createTextNode(words));
    parent.appendChild(made);
    return made;
  }

  function born(said) {
    var found = /^(\d{4})(\d{2})(\d{2})$/.exec(said || "");
    var month = found && MONTHS[Number(found[2]) - 1];
    return month ? "Born " + Number(found[3]) + " " + month + " " + found[1] + ". " : "";
  }

  function show(opened) {
    var gate = part("gate");
    gate.innerHTML = "";
    element("h1", String(opened.person.patient_name || "").replace(/\^+/g, " "), gate);
    element("p", born(opened.person.patient_birth_date) + "Not for diagnosis.", gate);
    var away = opened.not_here || [];
    for (var i = 0; i < away.length; i += 1) element("strong", away[i] + " ", element("p", "", gate));
    if (!away.length && opened.images_note) element("p", opened.images_note, gate);
    if (opened.held_note) element("p", opened.held_note, gate);
    var place = element("p", "", gate);
    var picture = document.createElement("img");
    picture.style.maxWidth = "100%";
    picture.alt = "";
    var before = element("button", "Previous image", gate);
    var after = element("button", "Next image", gate);
    gate.appendChild(picture);
    before.onclick = function () {
      turn(-1);
    };
    after.onclick = function () {
      turn(1);
    };
    function turn(by) {
      at = Math.max(0, Math.min(items.length - 1, at + by));
      place.firstChild.nodeValue = "Picture " + (at + 1) + " of " + items.length;
      picture.alt = place.firstChild.nodeValue;
      picture.src = items[at];
    }
    if (items.length) turn(0);
  }

  part("code-form").onsubmit = function (event) {
    var code = part("code").value;
    var wish = token ? { token: decodeURIComponent(token), code: code } : { share_code: code };
    wish.recipient_name = part("name").value || null;
    event.preventDefault();
    ask("POST", "/api/v1/redeem", wish, function (status, said) {
      if (status === 200) return collect(said.studies, said);
      part("code-trouble").hidden = false;
      part("code-trouble").textContent = refused(status, said);
      return undefined;
    });
  };
})();
