"""What the report calls things, in Vietnamese."""

from __future__ import annotations

PURPOSES = {
    "vi-syllable": "theo âm tiết đã chuẩn hoá; cách chính để so sánh",
    "vi-word": "theo từ do pyvi tách; so với các bài báo chấm theo từ",
    "segmented-words-as-given": "theo từ đã tách sẵn trong dữ liệu, như segment_caption của KTVIC",
    "viclipcap": "như bộ chấm của ViClipCap, có dấu chấm dính vào từ cuối; so với bảng của họ",
    "uit": "như báo cáo UIT: BLEU từng câu, ROUGE-L chỉ thấy chữ không dấu; so với bảng của họ",
}
"""Recipe -> how it scores and what it compares with."""

FIGURES = {
    "distinct-1": "âm tiết khác nhau trên mỗi âm tiết (distinct-1)",
    "distinct-2": "cặp âm tiết khác nhau trên mỗi cặp (distinct-2)",
    "vocabulary": "số âm tiết khác nhau",
    "mean length": "độ dài trung bình, âm tiết",
    "most frequent": "tỉ lệ của câu được nói nhiều nhất",
    "novel": "tỉ lệ câu không có trong dữ liệu huấn luyện",
    "CHAIRi": "CHAIRi: tỉ lệ vật bịa ra trên các vật được nói",
    "CHAIRs": "CHAIRs: tỉ lệ câu có vật bịa ra",
    "object recall": "tỉ lệ vật người viết thấy mà mô hình nói được",
}
"""Score -> what it is, where its own name does not say."""

SPICE_CAVEAT = (
    "SPICE phân tích câu tiếng Anh. Với câu tiếng Việt nó chỉ so các mảnh chữ nên không nói lên câu có đúng "
    "nghĩa hay không; chỉ dùng khi cần đặt cạnh những bảng có SPICE."
)
