// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/text.hpp"

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using base::fail;

// ISO 216 A4 in points.
constexpr double page_width = 595.276;
constexpr double page_height = 841.890;
constexpr double margin = 48;
constexpr double band = 22;  ///< marking at head and foot
constexpr double body_width = page_width - 2 * margin;
constexpr double body_top = margin + band;
constexpr double body_bottom = page_height - margin - 2 * band;
constexpr double scale_step = 0.04;
constexpr const char* fonts =
    "Noto Sans, Noto Sans Arabic, Noto Naskh Arabic, Noto Sans CJK SC, Noto Sans Symbols2";

struct Free {
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoContext* context) const { g_object_unref(context); }
  void operator()(PangoFontMap* map) const { g_object_unref(map); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
  void operator()(PangoLayoutIter* iter) const { pango_layout_iter_free(iter); }
};
template <class T>
using Held = std::unique_ptr<T, Free>;

struct Style {
  double size;
  bool bold;
  double above;
};

Style style_of(PdfPart::Kind kind) {
  switch (kind) {
    case PdfPart::Kind::title:
      return {17, true, 4};
    case PdfPart::Kind::heading:
      return {11, true, 10};
    case PdfPart::Kind::note:
      return {8.5, false, 4};
    case PdfPart::Kind::text:
      break;
  }
  return {10.5, false, 2};
}

/// One line that stands somewhere on a page.
struct Line {
  PangoLayoutLine* line;  ///< owned by its layout
  double x;
  double baseline;  ///< below the line's top
  double height;
  double above;  ///< free space before it
};

class Setter {
 public:
  Setter(const PdfSheet& sheet, cairo_t* cairo) : sheet_(sheet) {
    // A font map of its own: nothing is shared between threads.
    map_.reset(pango_cairo_font_map_new());
    context_.reset(pango_font_map_create_context(map_.get()));
    pango_cairo_update_context(cairo, context_.get());
    pango_context_set_language(context_.get(), pango_language_from_string(sheet.language.c_str()));
    pango_context_set_base_dir(context_.get(),
                               sheet.right_to_left ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  }

  Held<PangoLayout> layout(std::string_view text, double size, bool bold) const {
    Held<PangoLayout> made(pango_layout_new(context_.get()));
    const Held<PangoFontDescription> font(pango_font_description_new());
    pango_font_description_set_family_static(font.get(), fonts);
    pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
    if (bold) pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(made.get(), font.get());
    pango_layout_set_width(made.get(), static_cast<int>(body_width * PANGO_SCALE));
    pango_layout_set_wrap(made.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_auto_dir(made.get(), TRUE);
    // Pango takes a side as that of the context's direction, and turns it for paragraphs that run
    // the other way: so each stands at the side where its own script begins.
    pango_layout_set_alignment(made.get(),
                               sheet_.right_to_left ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_text(made.get(), text.data(), static_cast<int>(text.size()));
    return made;
  }

  /// All parts at that scale; false where a sign has no font.
  bool set(double scale) {
    layouts_.clear();
    lines_.clear();
    for (const auto& part : sheet_.parts) {
      const auto style = style_of(part.kind);
      layouts_.push_back(layout(base::repair_utf8(part.text), style.size * scale, style.bold));
      auto* made = layouts_.back().get();
      if (pango_layout_get_unknown_glyphs_count(made) > 0) return false;
      const Held<PangoLayoutIter> iter(pango_layout_get_iter(made));
      double above = style.above * scale;
      do {
        PangoRectangle extents;
        pango_layout_iter_get_line_extents(iter.get(), nullptr, &extents);
        const double top = static_cast<double>(extents.y) / PANGO_SCALE;
        const double base =
            static_cast<double>(pango_layout_iter_get_baseline(iter.get())) / PANGO_SCALE;
        lines_.push_back({pango_layout_iter_get_line_readonly(iter.get()),
                          static_cast<double>(extents.x) / PANGO_SCALE, base - top,
                          static_cast<double>(extents.height) / PANGO_SCALE, above});
        above = 0;
      } while (pango_layout_iter_next_line(iter.get()) != FALSE);
    }
    return true;
  }

  [[nodiscard]] double height() const {
    double sum = 0;
    for (const auto& line : lines_) sum += line.above + line.height;
    return sum;
  }
  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

 private:
  const PdfSheet& sheet_;
  Held<PangoFontMap> map_;
  Held<PangoContext> context_;
  std::vector<Held<PangoLayout>> layouts_;
  std::vector<Line> lines_;
};

void draw_centred(cairo_t* cairo, const Setter& setter, const std::string& text, double size,
                  bool bold, double top) {
  const auto layout = setter.layout(base::repair_utf8(text), size, bold);
  pango_layout_set_alignment(layout.get(), PANGO_ALIGN_CENTER);
  cairo_move_to(cairo, margin, top);
  pango_cairo_show_layout(cairo, layout.get());
}

void draw_frame(cairo_t* cairo, const Setter& setter, const PdfSheet& sheet, int page, int pages) {
  constexpr double marking_size = 11;
  constexpr double foot_size = 7.5;
  constexpr double line_width = 0.6;
  draw_centred(cairo, setter, sheet.marking, marking_size, true, margin - band / 2);
  const double foot = page_height - margin - band - foot_size;
  cairo_set_line_width(cairo, line_width);
  cairo_move_to(cairo, margin, foot - 4);
  cairo_line_to(cairo, page_width - margin, foot - 4);
  cairo_stroke(cairo);
  draw_centred(cairo, setter,
               sheet.foot + "  ·  " + std::to_string(page) + "/" + std::to_string(pages), foot_size,
               false, foot);
  draw_centred(cairo, setter, sheet.marking, marking_size, true, page_height - margin - band / 2);
}

/// Where each page begins.
std::vector<std::size_t> page_starts(const std::vector<Line>& lines) {
  std::vector<std::size_t> starts{0};
  double y = body_top;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    if (y + line.above + line.height > body_bottom && i > starts.back()) {
      starts.push_back(i);
      y = body_top;
    }
    y += line.above + line.height;
  }
  return starts;
}

void draw_lines(cairo_t* cairo, const std::vector<Line>& lines, std::size_t begin,
                std::size_t end) {
  double y = body_top;
  for (std::size_t i = begin; i < end; ++i) {
    const auto& line = lines[i];
    y += line.above;
    cairo_move_to(cairo, margin + line.x, y + line.baseline);
    pango_cairo_show_layout_line(cairo, line.line);
    y += line.height;
  }
}

cairo_status_t append_bytes(void* out, const unsigned char* data, unsigned size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

base::Result<Pdf> write_pdf(const PdfSheet& sheet) {
  Pdf pdf;
  const Held<cairo_surface_t> surface(
      cairo_pdf_surface_create_for_stream(append_bytes, &pdf.bytes, page_width, page_height));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE,
                                 base::repair_utf8(sheet.title).c_str());
  // The time of the version, not of the printing: the same version gives the same file.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                 base::format_instant(sheet.made).c_str());
  {
    const Held<cairo_t> cairo(cairo_create(surface.get()));
    Setter setter(sheet, cairo.get());
    for (double scale = 1; scale >= pdf_scale_min; scale -= scale_step) {
      if (!setter.set(scale))
        return fail(ErrorCode::unavailable, "some signs have no font on this machine", "PDF",
                    "install fonts-noto-core and fonts-noto-cjk");
      if (setter.height() <= body_bottom - body_top) break;
    }
    const auto starts = page_starts(setter.lines());
    pdf.pages = static_cast<int>(starts.size());
    if (pdf.pages > pdf_pages_max)
      return fail(ErrorCode::limit_exceeded, "more than 20 pages", "PDF", "shorten the texts");
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const auto end = i + 1 < starts.size() ? starts[i + 1] : setter.lines().size();
      draw_frame(cairo.get(), setter, sheet, static_cast<int>(i) + 1, pdf.pages);
      draw_lines(cairo.get(), setter.lines(), starts[i], end);
      cairo_show_page(cairo.get());
    }
    if (cairo_status(cairo.get()) != CAIRO_STATUS_SUCCESS)
      return fail(ErrorCode::internal, cairo_status_to_string(cairo_status(cairo.get())), "PDF");
  }
  cairo_surface_finish(surface.get());
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
    return fail(ErrorCode::internal, cairo_status_to_string(cairo_surface_status(surface.get())),
                "PDF");
  return pdf;
}

}  // namespace tocsin::formats
