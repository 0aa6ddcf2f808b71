"""Documents of each format that declares its articles, with invented names and texts: for tests, and as seeds of fuzzing."""

from tests.stories import story

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:creators="http://purl.org/dc/elements/1.1/">
 <channel>
  <title>Harbour Post</title><link>https://post.example/</link><language>en-gb</language>
  <image><title>Logo</title><url>https://post.example/logo.png</url></image>
  <item>
   <title>Ferries &amp; trams run again</title>
   <link>https://post.example/ferries</link><guid isPermaLink="false">post-1</guid>
   <description>A teaser of the ferries.</description>
   <content:encoded><![CDATA[<p>{story(1)}</p><p><a href="/more">Read more</a></p>]]></content:encoded>
   <creators:creator>Ana Ruiz</creators:creator><pubDate>Fri, 01 Aug 2025 10:00:00 +0200</pubDate>
  </item>
  <item>
   <title><![CDATA[A &amp; B: the <b>old</b> bridge]]></title>
   <guid>https://post.example/bridge</guid>
   <description>&lt;p&gt;{story(2)}&lt;/p&gt;</description>
   <author>desk@post.example (Tom Hall)</author><pubDate>1 Aug 2025</pubDate>
   <source url="https://faro.example/rss">El Faro</source>
  </item>
 </channel>
</rss>
"""
ATOM = f"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
 <title>Vela News</title><id>urn:feed</id><link rel="self" href="https://vela.example/feed"/>
 <entry>
  <id>urn:1</id><title type="html">The &lt;i&gt;market&lt;/i&gt; opens</title>
  <link rel="edit" href="https://vela.example/edit/1"/><link href="https://vela.example/1"/>
  <published>2025-08-01T08:00:00Z</published><updated>2025-08-02T08:00:00Z</updated>
  <author><name>Ineke Vos</name></author><author><name>Tomas Aldery</name></author>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{story(3)}</p><p>{story(4)}</p></div></content>
 </entry>
 <entry><id>urn:2</id><title>The market closes for the winter</title><updated>2025-08-02</updated></entry>
</feed>
"""
RDF = f"""<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <channel rdf:about="https://faro.example/rdf"><title>El Faro</title><items><rdf:Seq><rdf:li resource="https://faro.example/1"/></rdf:Seq></items></channel>
 <item rdf:about="https://faro.example/1"><title>Old bridge to close</title><link>https://faro.example/1</link>
  <description>{story(5)}</description><dc:date>2025-08-01T10:00+02:00</dc:date><dc:creator>Ana Ruiz</dc:creator></item>
</rdf:RDF>
"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Vela News",
    "home_page_url": "https://vela.example/",
    "description": "All that happens between the two harbours of the old town.",
    "language": "en",
    "authors": [{"name": "Ineke Vos"}],
    "items": [
        {
            "id": "7",
            "url": "https://vela.example/7",
            "title": "The ferries run again",
            "content_html": f"<p>{story(6)}</p>",
            "date_published": "2025-08-01T10:00:00+02:00",
        },
        {"id": "8", "content_text": story(7), "url": "https://vela.example/8", "date_published": "2025-08-01"},
    ],
}
ANSWER = {
    "status": "ok",
    "totalResults": 2,
    "articles": [
        {
            "source": {"id": None, "name": "Harbour Post"},
            "author": "By Ana Ruiz",
            "title": "Old bridge to close",
            "description": "The council voted on Monday to close the old bridge.",
            "url": "https://post.example/bridge",
            "publishedAt": "2025-08-01T08:00:00Z",
            "content": f"{story(8)}… [+512 chars]",
        },
        {
            "source": {"id": "faro", "name": "El Faro"},
            "author": None,
            "title": "Strike at the port",
            "description": None,
            "url": "https://faro.example/strike",
            "publishedAt": "2025-08-01T09:00:00Z",
            "content": None,
        },
    ],
}
