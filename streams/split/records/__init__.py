"""Split formats that declare their articles and fields: feeds, answers of news APIs, mail, exports of press databases."""
