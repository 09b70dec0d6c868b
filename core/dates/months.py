"""The names of months and weekdays, in the languages in which Marquee reads dates.

Words are kept folded: lower case, and without the marks above and below letters, except in Thai, where a mark tells
มี.ค. (March) from ม.ค. (January).
"""

from __future__ import annotations

import re
import unicodedata

# One line per language, twelve groups; the forms of a month are separated by a slash.
_MONTHS = {
    "English": "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug"
    " september/sept/sep october/oct november/nov december/dec",
    "German": "januar/jän/jänner/jan februar/feber/feb märz/mär/mrz april/apr mai juni/jun/juno juli/jul/julei"
    " august/aug september/sept/sep oktober/okt november/nov dezember/dez",
    "French": "janvier/janv février/févr/fév mars avril/avr mai juin juillet/juil août"
    " septembre/sept octobre/oct novembre/nov décembre/déc",
    "Spanish": "enero/ene febrero/feb marzo/mar abril/abr mayo/may junio/jun julio/jul agosto/ago"
    " septiembre/setiembre/sept/sep/set octubre/oct noviembre/nov diciembre/dic",
    "Portuguese": "janeiro/jan fevereiro/fev março/mar abril/abr maio/mai junho/jun julho/jul agosto/ago"
    " setembro/set outubro/out novembro/nov dezembro/dez",
    "Italian": "gennaio/gen febbraio/feb marzo/mar aprile/apr maggio/mag giugno/giu luglio/lug agosto/ago"
    " settembre/sett/set ottobre/ott novembre/nov dicembre/dic",
    "Dutch": "januari/jan februari/feb maart/mrt april/apr mei juni/jun juli/jul augustus/aug"
    " september/sep oktober/okt november/nov december/dec",
    "Russian": "января/январь/янв февраля/февраль/февр/фев марта/март/мар апреля/апрель/апр мая/май"
    " июня/июнь/июн июля/июль/июл августа/август/авг сентября/сентябрь/сент/сен октября/октябрь/окт"
    " ноября/ноябрь/нояб/ноя декабря/декабрь/дек",
    "Ukrainian": "січня/січень/січ лютого/лютий/лют березня/березень/бер квітня/квітень/квіт травня/травень/трав"
    " червня/червень/черв липня/липень/лип серпня/серпень/серп вересня/вересень/вер жовтня/жовтень/жовт"
    " листопада/листопад/лист грудня/грудень/груд",
    "Polish": "stycznia/styczeń/sty lutego/luty/lut marca/marzec/mar kwietnia/kwiecień/kwi maja/maj czerwca/czerwiec/cze"
    " lipca/lipiec/lip sierpnia/sierpień/sie września/wrzesień/wrz października/październik/paź"
    " listopada/listopad/lis grudnia/grudzień/gru",
    "Czech": "ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec"
    " srpna/srpen září/zář října/říjen listopadu/listopad prosince/prosinec",
    "Croatian": "siječnja/siječanj veljače/veljača ožujka/ožujak travnja/travanj svibnja/svibanj lipnja/lipanj"
    " srpnja/srpanj kolovoza/kolovoz rujna/rujan listopada studenoga/studenog/studeni prosinca/prosinac",
    "Serbian": "januar/januara februar/februara mart/marta april/aprila maj/maja jun/juna jul/jula avgust/avgusta"
    " septembar/septembra oktobar/oktobra novembar/novembra decembar/decembra",
    "Slovak": "január/januára február/februára marec/marca apríl/apríla máj/mája jún/júna júl/júla august/augusta"
    " september/septembra október/októbra november/novembra december/decembra",
    "Bulgarian": "януари февруари март април май юни юли август септември октомври ноември декември",
    "Estonian": "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    "Icelandic": "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    "Hebrew": "ינואר/בינואר פברואר/בפברואר מרץ/במרץ/מרס/במרס אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט"
    " ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר",
    "Turkish": "ocak/oca şubat/şub mart nisan/nis mayıs haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki kasım/kas aralık/ara",
    "Swedish": "januari februari mars april maj juni juli augusti september oktober november december",
    "Danish": "januar februar marts april maj juni juli august september oktober november december",
    "Finnish": "tammikuuta/tammikuu helmikuuta/helmikuu maaliskuuta/maaliskuu huhtikuuta/huhtikuu toukokuuta/toukokuu"
    " kesäkuuta/kesäkuu heinäkuuta/heinäkuu elokuuta/elokuu syyskuuta/syyskuu lokakuuta/lokakuu"
    " marraskuuta/marraskuu joulukuuta/joulukuu",
    "Hungarian": "január/jan február/febr március/márc április/ápr május/máj június/jún július/júl augusztus/aug"
    " szeptember/szept október/okt november/nov december/dec",
    "Romanian": "ianuarie/ian februarie/feb martie aprilie/apr mai iunie/iun iulie/iul august/aug"
    " septembrie/sept octombrie/oct noiembrie/noi decembrie/dec",
    "Greek": "ιανουαρίου/ιανουάριος/ιαν φεβρουαρίου/φεβρουάριος/φεβ μαρτίου/μάρτιος/μαρ απριλίου/απρίλιος/απρ μαΐου/μάιος/μαϊ"
    " ιουνίου/ιούνιος/ιουν ιουλίου/ιούλιος/ιουλ αυγούστου/αύγουστος/αυγ σεπτεμβρίου/σεπτέμβριος/σεπ"
    " οκτωβρίου/οκτώβριος/οκτ νοεμβρίου/νοέμβριος/νοε δεκεμβρίου/δεκέμβριος/δεκ",
    "Indonesian": "januari februari maret april mei juni juli agustus september oktober november desember/des",
    "Arabic": "يناير/جانفي فبراير/فيفري/شباط مارس/آذار أبريل/إبريل/أفريل/نيسان مايو/ماي/أيار يونيو/يونيه/جوان/حزيران"
    " يوليو/يوليه/جويلية/تموز أغسطس/أوت/آب سبتمبر/أيلول أكتوبر نوفمبر ديسمبر",
    "Lithuanian": "sausio/sausis vasario/vasaris kovo/kovas balandžio/balandis gegužės/gegužė birželio/birželis"
    " liepos/liepa rugpjūčio/rugpjūtis rugsėjo/rugsėjis spalio/spalis lapkričio/lapkritis gruodžio/gruodis",
    "Latvian": "janvāris/janvārī februāris/februārī marts/martā aprīlis/aprīlī maijs/maijā jūnijs/jūnijā jūlijs/jūlijā"
    " augusts/augustā septembris/septembrī oktobris/oktobrī novembris/novembrī decembris/decembrī",
    "Catalan": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "Slovenian": "januarja februarja marca aprila maja junija/junij julija/julij avgusta septembra oktobra novembra decembra",
    "Norwegian": "januar februar mars april mai juni juli august september oktober november desember",
    "Afrikaans": "januarie februarie maart april mei junie julie augustus september oktober november desember",
    "Malay": "januari februari mac april mei jun julai ogos september oktober november disember/dis",
    "Albanian": "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
    "Azerbaijani": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "Serbian, Cyrillic": "јануар/јануара фебруар/фебруара март/марта април/априла мај/маја јун/јуна јул/јула"
    " август/августа септембар/септембра октобар/октобра новембар/новембра децембар/децембра",
    "Belarusian": "студзеня/студзень лютага/люты сакавіка/сакавік красавіка/красавік мая/май чэрвеня/чэрвень ліпеня/ліпень"
    " жніўня/жнівень верасня/верасень кастрычніка/кастрычнік лістапада/лістапад снежня/снежань",
    "Hindi": "जनवरी फरवरी/फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर",
    "Bengali": "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "Urdu": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "Thai": "มกราคม/ม.ค กุมภาพันธ์/ก.พ มีนาคม/มี.ค เมษายน/เม.ย พฤษภาคม/พ.ค มิถุนายน/มิ.ย กรกฎาคม/ก.ค สิงหาคม/ส.ค"
    " กันยายน/ก.ย ตุลาคม/ต.ค พฤศจิกายน/พ.ย ธันวาคม/ธ.ค",
}
# Two words each: كانون الثاني is January in Syria, Lebanon and Iraq.
_LEVANT = {1: "كانون الثاني", 10: "تشرين الأول", 11: "تشرين الثاني", 12: "كانون الأول"}
# Calendars of their own: the word says which.
_HIJRI = (
    "محرم/muharram صفر/safar ربيع_الأول/ربيع_الاول/rabi_al-awwal ربيع_الثاني/ربيع_الآخر/rabi_al-thani"
    " جمادى_الأولى/جمادى_الاول/jumada_al-awwal جمادى_الثانية/جمادى_الآخرة/jumada_al-thani رجب/rajab شعبان/shaban رمضان/ramadan"
    " شوال/shawwal ذو_القعدة/ذي_القعدة/dhu_al-qadah ذو_الحجة/ذي_الحجة/dhu_al-hijjah"
)
_PERSIAN = (
    "فروردین/farvardin اردیبهشت/ordibehesht خرداد/khordad تیر/tir مرداد/mordad شهریور/shahrivar مهر/mehr آبان/aban آذر/azar"
    " دی/dey بهمن/bahman اسفند/esfand"
)
HIJRI, PERSIAN = 100, 200  # what is added to the number of a month of these calendars
# 15.VII.1980, as in Central Europe
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii"
_WEEKDAYS = (
    "monday mon tuesday tues tue wednesday wed thursday thurs thur thu friday fri saturday sat sunday sun"
    " montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so"
    " lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo"
    " segunda-feira terça-feira quarta-feira quinta-feira sexta-feira lunedì martedì mercoledì giovedì venerdì sabato"
    " domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag понедельник вторник среда четверг пятница"
    " суббота воскресенье poniedziałek wtorek środa czwartek piątek sobota niedziela pazartesi salı çarşamba perşembe"
    " cuma cumartesi pazar måndag tisdag onsdag torsdag fredag lördag söndag"
)


def fold(word: str) -> str:
    """A word as `read.folded` gives it in DuckDB."""
    if re.search("[\u0e00-\u0e7f]", word):
        return word.lower()
    low = word.lower().replace("ı", "i")
    bare = (c for c in unicodedata.normalize("NFD", low) if unicodedata.category(c)[0] != "M")
    return unicodedata.normalize("NFC", "".join(bare))


def _table() -> dict[str, int]:
    found: dict[str, int] = {}
    for months, start in (
        (_PERSIAN, PERSIAN),
        (_HIJRI, HIJRI),
        *((m, 0) for m in (_ROMAN, *_MONTHS.values())),
    ):
        for number, forms in enumerate(months.split(" "), start=start + 1):
            words = (fold(form.replace("_", " ")) for form in forms.split("/"))
            found.update(
                {word: found.get(word, number) for word in words}
            )  # listopad: see listopad.py
    return found | {fold(words): number for number, words in _LEVANT.items()}


MONTHS: dict[str, int] = _table()
# The same with a blank for every other sign, as they are looked up.
NAMES: dict[str, int] = {re.sub("[ .\\-]+", " ", word): number for word, number in MONTHS.items()}
WEEKDAYS: tuple[str, ...] = tuple(dict.fromkeys(map(fold, _WEEKDAYS.split())))
LANGUAGES: tuple[str, ...] = tuple(_MONTHS)
