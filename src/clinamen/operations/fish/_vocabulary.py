"""Words of wishes, in the languages Clinamen speaks, and what they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["FILLERS", "TERMS", "Term", "bars_in", "terms_in"]


@dataclass(frozen=True, slots=True)
class Term:
    """What a word of a wish stands for.

    Parameters
    ----------
    aspect
        ``place``, ``kind``, ``strength``, ``home``, ``break``, or ``more`` and ``less`` of a
        measure.
    value
        Such as ``bridge``, ``harmony``, ``bold``, ``leave``, ``density``.
    """

    aspect: str
    value: str


_EN = {
    ("place", "intro"): "intro introduction",
    ("place", "verse"): "verse verses strophe stanza",
    ("place", "chorus"): "chorus choruses refrain hook",
    ("place", "bridge"): "bridge middle_eight middle_8 release",
    ("place", "ending"): "ending end outro coda close last_bars finish final",
    ("place", "beginning"): "beginning start opening first_bars",
    ("place", "middle"): "middle centre center",
    ("place", "whole"): "song tune melody_as_a_whole everything whole_song anywhere whole",
    ("kind", "pitch"): "pitch pitches note notes melody line leap leaps tone tones",
    ("kind", "rhythm"): "rhythm rhythms groove timing",
    ("kind", "harmony"): "harmony harmonies chord chords progression reharmonised reharmonized "
    "reharmonise reharmonize",
    ("kind", "silence"): "silence silences silent pause pauses rest rests breath gap hush",
    ("strength", "gentle"): "gentle gently soft softly subtle subtly slight slightly small mild "
    "little quiet quietly delicate",
    ("strength", "bold"): "bold boldly strong strongly clear clearly daring big",
    ("strength", "shocking"): "shocking shock shocks wild wildly extreme violent outrageous "
    "drastic drastically",
    ("home", "leave"): "breaks_home break_home breaking_home leaves_home leave_home leaving_home "
    "away_from_home far_from_home breaks_from_home break_from_home breaks_away break_away "
    "wanders_off wander_off wanders wander goes_away strays stray homeless lost",
    ("home", "return"): "comes_home come_home coming_home comes_back come_back coming_back "
    "goes_home go_home returns return returning back_home gets_home home homecoming resolves "
    "resolve resolved resolution",
    ("break", ""): "break breaks breaking broken swerve swerves turn turns twist twists deviates "
    "deviate unheard unheard-of",
    ("more", "surprise"): "surprising surprise surprises unexpected unpredictable strange odd "
    "weird unusual unfamiliar",
    ("less", "surprise"): "calm calmer familiar predictable simple simpler plain plainer "
    "singable catchy",
    ("more", "contrast"): "contrast contrasts contrasting dramatic drama",
    ("less", "contrast"): "even smooth smoother",
    ("more", "range"): "wide wider range broad broader soaring soars",
    ("less", "range"): "narrow narrower",
    ("more", "density"): "busy busier dense denser fast faster more_notes lively livelier",
    ("less", "density"): "sparse sparser slow slower fewer_notes less_notes long_notes spacious "
    "open",
    ("more", "repetition"): "repeats repeat repeating repetitive repetition riff ostinato",
    ("less", "repetition"): "varied variety through-composed unrepeated",
    ("more", "syncopation"): "syncopated syncopation off-beat offbeat off_the_beat swinging",
    ("less", "syncopation"): "on_the_beat straight steady square",
    ("more", "chromaticism"): "chromatic chromaticism outside_the_key out_of_key foreign",
    ("less", "chromaticism"): "diatonic in_the_key in_key",
    ("more", "brightness"): "bright brighter lydian sunny light",
    ("less", "brightness"): "dark darker gloomy sombre somber",
    ("more", "height"): "high higher up rises rise rising",
    ("less", "height"): "low lower down falls fall falling deep deeper",
}
_VI = {
    ("place", "intro"): "dạo_đầu nhạc_dạo",
    ("place", "verse"): "phiên_khúc đoạn_lời",
    ("place", "chorus"): "điệp_khúc đoạn_điệp",
    ("place", "bridge"): "đoạn_bridge đoạn_nối đoạn_chuyển cầu_nối đoạn_cầu",
    ("place", "ending"): "đoạn_kết phần_kết kết cuối_bài đoạn_cuối",
    ("place", "beginning"): "đầu_bài mở_đầu đoạn_đầu",
    ("place", "middle"): "giữa_bài đoạn_giữa",
    ("place", "whole"): "cả_bài bài_hát toàn_bài",
    ("kind", "pitch"): "cao_độ nốt giai_điệu nốt_nhạc quãng_nhảy",
    ("kind", "rhythm"): "tiết_tấu nhịp_điệu",
    ("kind", "harmony"): "hợp_âm hòa_âm hoà_âm",
    ("kind", "silence"): "lặng dấu_lặng khoảng_lặng im_lặng nghỉ",
    ("strength", "gentle"): "nhẹ nhẹ_nhàng dịu khẽ tinh_tế",
    ("strength", "bold"): "mạnh táo_bạo mạnh_mẽ rõ",
    ("strength", "shocking"): "gây_sốc sốc dữ_dội cực_mạnh",
    ("home", "leave"): "rời_nhà xa_nhà bỏ_nhà đi_xa lạc phá_vỡ_sự_quen_thuộc rời_chủ_âm",
    ("home", "return"): "về_nhà trở_về quay_về trở_lại về_chủ_âm",
    ("break", ""): "phá phá_vỡ phá_cách bẻ rẽ chệch",
    ("more", "surprise"): "bất_ngờ lạ khác_thường khó_đoán",
    ("less", "surprise"): "êm bình_yên quen quen_thuộc đơn_giản dễ_hát",
    ("more", "contrast"): "tương_phản kịch_tính",
    ("less", "contrast"): "đều mượt",
    ("more", "range"): "rộng âm_vực_rộng",
    ("less", "range"): "hẹp",
    ("more", "density"): "dày nhanh nhiều_nốt sôi_động",
    ("less", "density"): "thưa chậm ít_nốt nốt_dài",
    ("more", "repetition"): "lặp lặp_lại",
    ("less", "repetition"): "đa_dạng không_lặp",
    ("more", "syncopation"): "đảo_phách nghịch_phách",
    ("less", "syncopation"): "đúng_phách",
    ("more", "chromaticism"): "nửa_cung ngoài_giọng ngoài_gam",
    ("less", "chromaticism"): "trong_giọng trong_gam",
    ("more", "brightness"): "sáng tươi",
    ("less", "brightness"): "tối u_ám",
    ("more", "height"): "cao_hơn lên_cao cao",
    ("less", "height"): "thấp_hơn xuống_thấp thấp trầm",
}
_JA = {
    ("place", "intro"): "イントロ 前奏",
    ("place", "verse"): "Aメロ aメロ ヴァース",
    ("place", "chorus"): "サビ コーラス リフレイン",
    ("place", "bridge"): "ブリッジ Cメロ cメロ 大サビ",
    ("place", "ending"): "エンディング アウトロ 終わり 終り 最後 結び",
    ("place", "beginning"): "冒頭 始まり 出だし 最初",
    ("place", "middle"): "真ん中 中間 中ほど",
    ("place", "whole"): "曲全体 全体 曲",
    ("kind", "pitch"): "音程 旋律 メロディー メロディ 音高 跳躍",
    ("kind", "rhythm"): "リズム 律動",
    ("kind", "harmony"): "和音 和声 コード ハーモニー",
    ("kind", "silence"): "休符 沈黙 無音 休み",
    ("strength", "gentle"): "そっと やさしく 優しく 優しい やさしい 控えめ 少し ささやか",
    ("strength", "bold"): "大胆 はっきり 力強",
    ("strength", "shocking"): "衝撃 ショッキング 激しく 激しい 過激",
    ("home", "leave"): "家を離れ ホームを離れ 離れる 離れて 遠ざか さまよ 主音を離れ ホームを壊 "
    "家を壊",
    ("home", "return"): "帰る 帰って 帰り 戻る 戻って 家に ホームに 主音に 解決",
    ("break", ""): "破る 破って 壊す 壊して 崩す 崩して 裏切る 裏切って 外れる 外して 曲がる",
    ("more", "surprise"): "意外 驚き 驚く 予想外 不思議 奇妙",
    ("less", "surprise"): "静か 落ち着いた 落ち着く 素朴 親しみ 歌いやすい",
    ("more", "contrast"): "対照 コントラスト 劇的",
    ("less", "contrast"): "なめらか 滑らか 均一",
    ("more", "range"): "音域を広 音域が広 広い 広く",
    ("less", "range"): "狭い 狭く",
    ("more", "density"): "細かい 細かく 密 速い 速く 音を増や にぎやか",
    ("less", "density"): "まばら 遅い 遅く 音を減ら ゆったり 長い音",
    ("more", "repetition"): "繰り返し 繰り返す 反復",
    ("less", "repetition"): "変化に富 繰り返さない",
    ("more", "syncopation"): "シンコペーション 裏拍",
    ("less", "syncopation"): "表拍",
    ("more", "chromaticism"): "半音 調の外 クロマティック",
    ("less", "chromaticism"): "調の中 全音階",
    ("more", "brightness"): "明るい 明るく",
    ("less", "brightness"): "暗い 暗く",
    ("more", "height"): "高い 高く 上がる",
    ("less", "height"): "低い 低く 下がる",
}

TERMS: dict[str, Term] = {
    phrase.replace("_", " ").casefold(): Term(*key)
    for words in (_EN, _VI, _JA)
    for key, phrases in words.items()
    for phrase in phrases.split()
}
"""Words and phrases with what they stand for."""

FILLERS = frozenset(
    """
    a an the and but or then that which who it its it's is are was be of in on at to for from
    with without into as so by my me i want would like wish please something some one this there
    where when more very really quite a_bit bit lot much most has have make makes making let
    không và nhưng mà thì là có một cái những các của ở trong với cho tôi muốn hơn thật rất hãy
    nào đó rồi làm được đoạn bài phần ở_đó từ
    の を が に は で と も へ や から まで な だ です ます して する したい ください ような ように
    欲しい ほしい もっと とても たい い る た て
    """.replace("_", " ").split()
)
"""Words of wishes that stand for nothing by themselves."""

_BARS = re.compile(
    r"(?:\b(?:bars?|measures?)\s+|\bô(?: nhịp)?\s+|\bnhịp\s+|第\s*)"
    r"(\d{1,5})(?:\s*(?:-|–|to|until|đến|〜|~|から)\s*(\d{1,5}))?(?:\s*小節目?)?"
    r"|(\d{1,5})(?:\s*(?:-|–|〜|~|から)\s*(\d{1,5}))?\s*小節目?",
    re.IGNORECASE,
)


def _pattern() -> re.Pattern[str]:
    # The longest phrase first, so that `comes home` is not `home` behind a word unknown.
    phrases = sorted(TERMS, key=lambda each: (-len(each), each))
    return re.compile("|".join(map(_bounded, phrases)), re.IGNORECASE)


def _bounded(phrase: str) -> str:
    """Japanese has no spaces between words; elsewhere a word is a whole one."""
    escaped = re.escape(phrase).replace(r"\ ", r"\s+")
    return escaped if _is_japanese(phrase) else rf"(?<!\w){escaped}(?!\w)"


def _is_japanese(text: str) -> bool:
    return any("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" for letter in text)


_TERM = _pattern()
_OPPOSITES = {"more": "less", "less": "more"}
_NEGATION = re.compile(
    r"(?<!\w)(?:not|no|never|less|without|\w+n['’]t|không|đừng|chẳng|bớt|ít)"
    r"(?:\s+(?:too|so|very|that|as|be|quite|much|any|the|a|make|it|quá|nên|cần|có))*\s+\Z",
    re.IGNORECASE,
)
"""What turns the term right behind it round."""
_NEGATED = re.compile("(?:では|し|に|は|で|が)?(?:なり)?(?:すぎ|過ぎ)?(?:ない|なく|なし|ず(?!つ))")
"""In Japanese it is what follows a term."""
_WORD = re.compile(r"[^\W\d_][\w'-]*|\d+")
_PARTICLES = sorted((each for each in FILLERS if _is_japanese(each)), key=len, reverse=True)


def bars_in(text: str) -> tuple[tuple[int, int] | None, str]:
    """The bars that a wish names, and the wish without them."""
    match = _BARS.search(text)
    if match is None:
        return None, text
    first = int(match[1] or match[3])
    last = int(match[2] or match[4] or first)
    return (min(first, last), max(first, last)), f"{text[: match.start()]} {text[match.end() :]}"


def terms_in(text: str) -> tuple[tuple[tuple[str, Term], ...], tuple[str, ...]]:
    """Words of a wish with what they stand for, in order; and those that are not known.

    Behind a word such as "not", more of a measure is less of it. Anything else that is not
    wished for cannot be looked for, and is among what is not known.
    """
    found: list[tuple[str, Term]] = []
    unknown: list[str] = []
    rest: list[str] = []
    at = 0
    for match in _TERM.finditer(text):
        between = text[at : match.start()]
        term = TERMS[" ".join(match[0].split()).casefold()]
        negation = _NEGATION.search(between)
        after = _NEGATED.match(text, match.end())
        at = after.end() if after else match.end()
        if negation is None and after is None:
            rest.append(between)
            found.append((match[0], term))
            continue
        start = negation.start() if negation else len(between)
        rest.append(between[:start])
        if term.aspect in _OPPOSITES:
            found.append((match[0], Term(_OPPOSITES[term.aspect], term.value)))
        else:
            phrase = text[match.start() - len(between) + start : at]
            unknown.append(" ".join(phrase.split()))
    rest.append(text[at:])
    words = (word for part in rest for word in _WORD.findall(part))
    return tuple(found), (*unknown, *(word for word in words if not _is_filler(word)))


def _is_filler(word: str) -> bool:
    word = word.casefold()
    if not _is_japanese(word):
        return word in FILLERS
    for particle in _PARTICLES:
        word = word.replace(particle, "")
    return not word
