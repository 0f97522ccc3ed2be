// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/inflection.hpp"

#include "base/text.hpp"
#include "knowledge/data_file.hpp"
#include "monitor/coding/lexicon.hpp"

namespace tocsin::monitor::coding {
namespace {

bool is_vowel(char c) {
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/// "stab" doubles its last letter, "attack" and "visit" do not.
bool doubles(std::string_view word) {
  const std::size_t size = word.size();
  if (size < 3) return false;
  const char last = word[size - 1];
  if (is_vowel(last) || last == 'w' || last == 'x' || last == 'y') return false;
  if (!is_vowel(word[size - 2]) || is_vowel(word[size - 3])) return false;
  int vowels = 0;
  for (const char c : word) vowels += is_vowel(c) ? 1 : 0;
  return vowels == 1;
}

std::string with_s(std::string_view word) {
  std::string out(word);
  const auto ends = [&out](std::string_view ending) { return out.ends_with(ending); };
  if (ends("s") || ends("sh") || ends("ch") || ends("x") || ends("z")) return out + "es";
  if (ends("y") && out.size() > 1 && !is_vowel(out[out.size() - 2])) {
    out.pop_back();
    return out + "ies";
  }
  if (ends("o") && out.size() > 1 && !is_vowel(out[out.size() - 2])) return out + "es";
  return out + "s";
}

void english(std::string_view head, std::string_view irregular, std::vector<WordForm>& out) {
  bool doubled = head.ends_with('+');
  if (doubled) head.remove_suffix(1);
  doubled = doubled || doubles(head);
  const std::string base(head);
  const bool e = base.ends_with('e');
  const bool y = base.ends_with('y') && base.size() > 1 && !is_vowel(base[base.size() - 2]);
  const std::string stem = doubled ? base + base.back() : base;
  std::string past = e ? base + "d" : y ? base.substr(0, base.size() - 1) + "ied" : stem + "ed";
  std::string participle = past;
  if (!irregular.empty()) {
    const auto forms = knowledge::cut_list(irregular, '/');
    past = forms[0];
    participle = forms.size() > 1 ? forms[1] : forms[0];
  }
  const bool drops_e = e && !base.ends_with("ee") && !base.ends_with("oe");
  std::string gerund = (drops_e ? base.substr(0, base.size() - 1) : stem) + "ing";
  if (base.ends_with("ie")) gerund = base.substr(0, base.size() - 2) + "ying";
  out.push_back({base, form_base});
  out.push_back({with_s(base), form_third});
  out.push_back({past, static_cast<std::uint16_t>(past == participle ? form_past | form_participle
                                                                     : form_past)});
  if (past != participle) out.push_back({participle, form_participle});
  out.push_back({gerund, form_gerund});
}

struct Ending {
  std::string_view text;
  std::uint16_t forms;
};

void add_endings(std::string_view stem, std::initializer_list<Ending> endings,
                 std::vector<WordForm>& out) {
  for (const Ending& ending : endings)
    out.push_back({std::string(stem) + std::string(ending.text), ending.forms});
}

void french(const std::string& head, std::vector<WordForm>& out) {
  out.push_back({head, form_infinitive});
  const std::string stem = head.substr(0, head.size() > 2 ? head.size() - 2 : 0);
  if (head.ends_with("er")) {
    // "menacer" keeps its sound with c (folded cedilla), "plonger" with e.
    const std::string soft = stem.ends_with('g') ? stem + "e" : stem;
    add_endings(stem,
                {{"e", form_third},
                 {"ent", form_third},
                 {"erent", form_past},
                 {"era", form_third | form_future},
                 {"eront", form_third | form_future},
                 {"erait", form_third | form_conditional},
                 {"eraient", form_third | form_conditional}},
                out);
    out.push_back({soft + "a", form_past});
    out.push_back({soft + "ait", form_past});
    out.push_back({soft + "aient", form_past});
    out.push_back({soft + "ant", form_gerund});
    add_endings(stem,
                {{"é", form_participle},
                 {"ée", form_participle},
                 {"és", form_participle},
                 {"ées", form_participle}},
                out);
  } else if (head.ends_with("ir")) {
    add_endings(stem,
                {{"it", form_finite},
                 {"issent", form_third},
                 {"irent", form_past},
                 {"issait", form_past},
                 {"issaient", form_past},
                 {"ira", form_third | form_future},
                 {"irait", form_third | form_conditional},
                 {"iraient", form_third | form_conditional},
                 {"iront", form_third | form_future},
                 {"issant", form_gerund},
                 {"i", form_participle},
                 {"ie", form_participle},
                 {"is", form_participle},
                 {"ies", form_participle}},
                out);
  } else if (head.ends_with("re")) {
    add_endings(stem,
                {{"", form_third},
                 {"ent", form_third},
                 {"it", form_past},
                 {"irent", form_past},
                 {"ait", form_past},
                 {"aient", form_past},
                 {"ra", form_third | form_future},
                 {"rait", form_third | form_conditional},
                 {"raient", form_third | form_conditional},
                 {"ront", form_third | form_future},
                 {"ant", form_gerund},
                 {"u", form_participle},
                 {"ue", form_participle},
                 {"us", form_participle},
                 {"ues", form_participle}},
                out);
  }
}

void spanish(const std::string& head, std::vector<WordForm>& out) {
  out.push_back({head, form_infinitive});
  const std::string stem = head.substr(0, head.size() > 2 ? head.size() - 2 : 0);
  if (head.ends_with("ar")) {
    add_endings(stem,
                {{"a", form_third},
                 {"an", form_third},
                 {"o", form_past},
                 {"aron", form_past},
                 {"aba", form_past},
                 {"aban", form_past},
                 {"ara", form_third | form_future},
                 {"aran", form_third | form_future},
                 {"aria", form_third | form_conditional},
                 {"arian", form_third | form_conditional},
                 {"e", form_third},
                 {"en", form_third},
                 {"ando", form_gerund},
                 {"ado", form_participle},
                 {"ada", form_participle},
                 {"ados", form_participle},
                 {"adas", form_participle}},
                out);
  } else if (head.ends_with("er") || head.ends_with("ir")) {
    const std::string future = head;
    add_endings(stem,
                {{"e", form_third},
                 {"en", form_third},
                 {"io", form_past},
                 {"ieron", form_past},
                 {"ia", form_past},
                 {"ian", form_past},
                 {"iendo", form_gerund},
                 {"ido", form_participle},
                 {"ida", form_participle},
                 {"idos", form_participle},
                 {"idas", form_participle}},
                out);
    add_endings(future,
                {{"a", form_third | form_future},
                 {"an", form_third | form_future},
                 {"ia", form_third | form_conditional},
                 {"ian", form_third | form_conditional}},
                out);
  }
}

void portuguese(const std::string& head, std::vector<WordForm>& out) {
  out.push_back({head, form_infinitive});
  const std::string stem = head.substr(0, head.size() > 2 ? head.size() - 2 : 0);
  if (head.ends_with("ar")) {
    add_endings(stem,
                {{"a", form_third},
                 {"am", form_third},
                 {"ou", form_past},
                 {"aram", form_past},
                 {"ava", form_past},
                 {"avam", form_past},
                 {"ara", form_third | form_future},
                 {"arão", form_third | form_future},
                 {"aria", form_third | form_conditional},
                 {"em", form_third},
                 {"ando", form_gerund},
                 {"ado", form_participle},
                 {"ada", form_participle},
                 {"ados", form_participle},
                 {"adas", form_participle}},
                out);
  } else if (head.ends_with("er") || head.ends_with("ir")) {
    const bool er = head.ends_with("er");
    add_endings(stem,
                {{"e", form_third},
                 {"em", form_third},
                 {er ? "eu" : "iu", form_past},
                 {er ? "eram" : "iram", form_past},
                 {"ia", form_past},
                 {"iam", form_past},
                 {er ? "endo" : "indo", form_gerund},
                 {"ido", form_participle},
                 {"ida", form_participle},
                 {"idos", form_participle},
                 {"idas", form_participle}},
                out);
    add_endings(head, {{"á", form_third | form_future}, {"ão", form_third | form_future}}, out);
  }
}

}  // namespace

std::vector<WordForm> verb_forms(std::string_view language, std::string_view entry) {
  std::vector<WordForm> out;
  const std::size_t colon = entry.find(':');
  const std::string head(base::trim(entry.substr(0, colon)));
  const std::string_view irregular =
      colon == std::string_view::npos ? std::string_view{} : base::trim(entry.substr(colon + 1));
  if (language == "en") {
    english(head, irregular, out);
    return out;
  }
  if (language == "fr")
    french(head, out);
  else if (language == "es")
    spanish(head, out);
  else if (language == "pt")
    portuguese(head, out);
  else
    out.push_back({head, form_finite});
  for (std::string_view form : knowledge::cut_list(irregular, '/')) {
    std::uint16_t forms = form_past;
    if (form.starts_with('*')) {
      forms = form_participle;
      form.remove_prefix(1);
    } else if (form.starts_with('>')) {
      forms = form_gerund;
      form.remove_prefix(1);
    }
    out.push_back({std::string(form), forms});
  }
  return out;
}

std::string plural_of(std::string_view language, std::string_view noun) {
  if (noun.empty()) return {};
  std::string out(noun);
  if (language == "en") {
    if (out.ends_with("man") && !out.ends_with("human") && !out.ends_with("german"))
      return out.substr(0, out.size() - 3) + "men";
    if (out.ends_with("s")) return {};
    return with_s(out);
  }
  if (language == "fr") {
    if (out.ends_with('s') || out.ends_with('x')) return {};
    if (out.ends_with("al")) return out.substr(0, out.size() - 2) + "aux";
    if (out.ends_with("eau") || out.ends_with("eu")) return out + "x";
    return out + "s";
  }
  if (language == "es" || language == "pt") {
    if (out.ends_with('s')) return {};
    if (language == "pt" && out.ends_with("ão")) return out.substr(0, out.size() - 3) + "ões";
    if (language == "pt" && out.ends_with('m')) return out.substr(0, out.size() - 1) + "ns";
    if (language == "pt" && out.ends_with("al")) return out.substr(0, out.size() - 1) + "is";
    const bool vowel = is_vowel(base::fold(out).back());
    return out + (vowel ? "s" : "es");
  }
  return {};
}

}  // namespace tocsin::monitor::coding
