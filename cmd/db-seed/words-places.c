#include "words.h"

static const char *const cities[] = {
	"Amsterdam", "Ankara", "Antwerp", "Athens", "Atlanta", "Auckland", "Austin", "Baltimore", "Bangalore",
	"Bangkok", "Barcelona", "Basel", "Beijing", "Beirut", "Belfast", "Belgrade", "Bergen", "Berlin",
	"Bilbao", "Birmingham", "Bogotá", "Bologna", "Bordeaux", "Boston", "Bratislava", "Brisbane", "Bristol",
	"Brussels", "Bucharest", "Budapest", "Buenos Aires", "Busan", "Cairo", "Calgary", "Cape Town",
	"Caracas", "Cardiff", "Casablanca", "Charlotte", "Chennai", "Chicago", "Cologne", "Colombo",
	"Copenhagen", "Cork", "Curitiba", "Dakar", "Dallas", "Dar es Salaam", "Delhi", "Denver", "Detroit",
	"Dhaka", "Dresden", "Dubai", "Dublin", "Durban", "Edinburgh", "Florence", "Frankfurt", "Fukuoka",
	"Gaborone", "Gdańsk", "Geneva", "Genoa", "Ghent", "Glasgow", "Gothenburg", "Guadalajara", "Guayaquil",
	"Hamburg", "Hanoi", "Harare", "Helsinki", "Hobart", "Hong Kong", "Houston", "Hyderabad", "Istanbul",
	"Jakarta", "Johannesburg", "Kampala", "Karachi", "Kathmandu", "Kigali", "Kolkata", "Kraków",
	"Kuala Lumpur", "Kyiv", "Kyoto", "La Paz", "Lagos", "Lahore", "Leeds", "Leipzig", "Lille", "Lima",
	"Lisbon", "Liverpool", "Ljubljana", "London", "Los Angeles", "Luanda", "Lusaka", "Lviv", "Lyon",
	"Madrid", "Malaga", "Malmö", "Manchester", "Manila", "Maputo", "Marseille", "Medellín", "Melbourne",
	"Mexico City", "Miami", "Milan", "Minneapolis", "Monterrey", "Montevideo", "Montreal", "Mumbai",
	"Munich", "Nagoya", "Nairobi", "Naples", "Nashville", "New York", "Nice", "Osaka", "Oslo", "Ottawa",
	"Paris", "Perth", "Philadelphia", "Phoenix", "Portland", "Porto", "Prague", "Pune", "Quito",
	"Reykjavik", "Riga", "Rio de Janeiro", "Rome", "Rotterdam", "San Diego", "San Francisco", "Santiago",
	"São Paulo", "Sapporo", "Seattle", "Seoul", "Seville", "Singapore", "Sofia", "Stockholm", "Stuttgart",
	"Sydney", "Taipei", "Tallinn", "Tampere", "Tel Aviv", "Tokyo", "Toronto", "Tunis", "Turin", "Utrecht",
	"Valencia", "Vancouver", "Vienna", "Vilnius", "Warsaw", "Wellington", "Windhoek", "Winnipeg",
	"Wrocław", "Yokohama", "Zagreb", "Zurich"
};

static const char *const states[] = {
	"Alabama", "Alaska", "Arizona", "Arkansas", "California", "Colorado", "Connecticut", "Delaware",
	"Florida", "Georgia", "Hawaii", "Idaho", "Illinois", "Indiana", "Iowa", "Kansas", "Kentucky",
	"Louisiana", "Maine", "Maryland", "Massachusetts", "Michigan", "Minnesota", "Mississippi", "Missouri",
	"Montana", "Nebraska", "Nevada", "New Hampshire", "New Jersey", "New Mexico", "New York",
	"North Carolina", "North Dakota", "Ohio", "Oklahoma", "Oregon", "Pennsylvania", "Rhode Island",
	"South Carolina", "South Dakota", "Tennessee", "Texas", "Utah", "Vermont", "Virginia", "Washington",
	"West Virginia", "Wisconsin", "Wyoming"
};

static const char *const countries[] = {
	"Argentina", "Australia", "Austria", "Bangladesh", "Belgium", "Bolivia", "Botswana", "Brazil",
	"Bulgaria", "Cambodia", "Cameroon", "Canada", "Chile", "China", "Colombia", "Costa Rica", "Croatia",
	"Cyprus", "Czechia", "Denmark", "Dominican Republic", "Ecuador", "Egypt", "Estonia", "Ethiopia",
	"Finland", "France", "Georgia", "Germany", "Ghana", "Greece", "Guatemala", "Hungary", "Iceland",
	"India", "Indonesia", "Iraq", "Ireland", "Israel", "Italy", "Jamaica", "Japan", "Jordan", "Kazakhstan",
	"Kenya", "Kuwait", "Latvia", "Lebanon", "Lithuania", "Luxembourg", "Malaysia", "Malta", "Mexico",
	"Mongolia", "Morocco", "Mozambique", "Namibia", "Nepal", "Netherlands", "New Zealand", "Nigeria",
	"Norway", "Oman", "Pakistan", "Panama", "Paraguay", "Peru", "Philippines", "Poland", "Portugal",
	"Qatar", "Romania", "Rwanda", "Saudi Arabia", "Senegal", "Serbia", "Singapore", "Slovakia", "Slovenia",
	"South Africa", "South Korea", "Spain", "Sri Lanka", "Sweden", "Switzerland", "Taiwan", "Tanzania",
	"Thailand", "Tunisia", "Türkiye", "Uganda", "Ukraine", "United Arab Emirates", "United Kingdom",
	"United States", "Uruguay", "Uzbekistan", "Vietnam", "Zambia", "Zimbabwe"
};

static const char *const country_codes[] = {
	"AR", "AU", "AT", "BD", "BE", "BO", "BW", "BR", "BG", "KH", "CM", "CA", "CL", "CN", "CO", "CR", "HR",
	"CY", "CZ", "DK", "DO", "EC", "EG", "EE", "ET", "FI", "FR", "GE", "DE", "GH", "GR", "GT", "HU", "IS",
	"IN", "ID", "IQ", "IE", "IL", "IT", "JM", "JP", "JO", "KZ", "KE", "KW", "LV", "LB", "LT", "LU", "MY",
	"MT", "MX", "MN", "MA", "MZ", "NA", "NP", "NL", "NZ", "NG", "NO", "OM", "PK", "PA", "PY", "PE", "PH",
	"PL", "PT", "QA", "RO", "RW", "SA", "SN", "RS", "SG", "SK", "SI", "ZA", "KR", "ES", "LK", "SE", "CH",
	"TW", "TZ", "TH", "TN", "TR", "UG", "UA", "AE", "GB", "US", "UY", "UZ", "VN", "ZM", "ZW"
};

static const char *const streets[] = {
	"Acacia", "Alder", "Ash", "Bay", "Beacon", "Birch", "Bridge", "Brook", "Canal", "Castle", "Cedar",
	"Chapel", "Cherry", "Chestnut", "Church", "Clover", "College", "Cooper", "Cypress", "Dock", "Elm",
	"Fern", "Forge", "Garden", "Granary", "Grove", "Harbour", "Hawthorn", "Hazel", "High", "Hill", "Holly",
	"Ivy", "Juniper", "King", "Lake", "Laurel", "Lime", "Linden", "Magnolia", "Main", "Maple", "Market",
	"Meadow", "Mill", "Mulberry", "Oak", "Orchard", "Park", "Pine", "Poplar", "Prospect", "Quarry",
	"Queen", "Railway", "Ridge", "River", "Rose", "Rowan", "School", "Spring", "Station", "Sycamore",
	"Union", "Valley", "Victoria", "Walnut", "Water", "Willow", "Windmill"
};

static const char *const street_kinds[] = {
	"Street", "Avenue", "Road", "Lane", "Drive", "Court", "Place", "Way", "Terrace", "Boulevard"
};

static const char *const currencies[] = {
	"AED", "ARS", "AUD", "BDT", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
	"EUR", "GBP", "GHS", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KZT", "LKR",
	"MAD", "MXN", "MYR", "NGN", "NOK", "NPR", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD",
	"SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "UAH", "UGX", "USD", "UYU", "UZS", "VND", "ZAR"
};

static const char *const locales[] = {
	"ar-AE", "ar-EG", "bg-BG", "bn-BD", "cs-CZ", "da-DK", "de-AT", "de-CH", "de-DE", "el-GR", "en-AU",
	"en-CA", "en-GB", "en-IE", "en-IN", "en-NG", "en-NZ", "en-US", "en-ZA", "es-AR", "es-CL", "es-CO",
	"es-ES", "es-MX", "et-EE", "fi-FI", "fr-BE", "fr-CA", "fr-CH", "fr-FR", "he-IL", "hi-IN", "hr-HR",
	"hu-HU", "id-ID", "is-IS", "it-IT", "ja-JP", "ko-KR", "lt-LT", "lv-LV", "ms-MY", "nb-NO", "nl-BE",
	"nl-NL", "pl-PL", "pt-BR", "pt-PT", "ro-RO", "sk-SK", "sl-SI", "sr-RS", "sv-SE", "sw-KE", "ta-IN",
	"th-TH", "tr-TR", "uk-UA", "ur-PK", "vi-VN", "zh-CN", "zh-TW"
};

static const char *const timezones[] = {
	"Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi",
	"America/Anchorage", "America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago",
	"America/Denver", "America/Halifax", "America/Lima", "America/Los_Angeles", "America/Mexico_City",
	"America/New_York", "America/Phoenix", "America/Santiago", "America/Sao_Paulo", "America/St_Johns",
	"America/Toronto", "America/Vancouver", "Asia/Bangkok", "Asia/Dhaka", "Asia/Dubai", "Asia/Ho_Chi_Minh",
	"Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem", "Asia/Karachi", "Asia/Kathmandu", "Asia/Kolkata",
	"Asia/Kuala_Lumpur", "Asia/Manila", "Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore",
	"Asia/Taipei", "Asia/Tashkent", "Asia/Tbilisi", "Asia/Tokyo", "Atlantic/Azores", "Atlantic/Reykjavik",
	"Australia/Adelaide", "Australia/Brisbane", "Australia/Darwin", "Australia/Perth", "Australia/Sydney",
	"Europe/Amsterdam", "Europe/Athens", "Europe/Belgrade", "Europe/Berlin", "Europe/Brussels",
	"Europe/Bucharest", "Europe/Budapest", "Europe/Copenhagen", "Europe/Dublin", "Europe/Helsinki",
	"Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Oslo",
	"Europe/Paris", "Europe/Prague", "Europe/Riga", "Europe/Rome", "Europe/Sofia", "Europe/Stockholm",
	"Europe/Vienna", "Europe/Vilnius", "Europe/Warsaw", "Europe/Zurich", "Pacific/Auckland",
	"Pacific/Fiji", "Pacific/Honolulu", "UTC"
};

const struct words words_cities = WORDS(cities);
const struct words words_states = WORDS(states);
const struct words words_countries = WORDS(countries);
const struct words words_country_codes = WORDS(country_codes);
const struct words words_streets = WORDS(streets);
const struct words words_street_kinds = WORDS(street_kinds);
const struct words words_currencies = WORDS(currencies);
const struct words words_locales = WORDS(locales);
const struct words words_timezones = WORDS(timezones);
