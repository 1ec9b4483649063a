#include "words.h"

static const char *const first_names[] = {
	"Aaliyah", "Aarav", "Adaeze", "Adam", "Agnieszka", "Ahmed", "Aiko", "Aisha", "Akira", "Alejandro",
	"Alexandra", "Ali", "Alice", "Alina", "Amara", "Amelia", "Amir", "Ana", "Anders", "Andrei", "Andrés",
	"Anna", "Antoine", "Anya", "Arjun", "Arnav", "Asha", "Astrid", "Aylin", "Ayodele", "Beatriz", "Ben",
	"Benedikt", "Bilal", "Björn", "Bogdan", "Brigitte", "Bruno", "Camila", "Carlos", "Carmen", "Caroline",
	"Cédric", "Chen", "Chiara", "Chidi", "Chloé", "Christopher", "Clara", "Claudia", "Connor", "Cristina",
	"Dagny", "Daichi", "Daniel", "Daniela", "David", "Deborah", "Deepa", "Diego", "Dimitri", "Dmytro",
	"Ebba", "Edoardo", "Eduardo", "Eero", "Eleni", "Elif", "Élodie", "Elsa", "Emeka", "Emily", "Emma",
	"Enrique", "Erik", "Esther", "Ethan", "Eva", "Ewa", "Fatima", "Fatou", "Felix", "Femi", "Fernanda",
	"Fiona", "Florian", "Francesca", "François", "Freya", "Gabriel", "Georgia", "Gerda", "Giorgos",
	"Giulia", "Grace", "Gustav", "Hamza", "Hana", "Hannah", "Hans", "Haruto", "Hassan", "Helena",
	"Hiroshi", "Ho-jin", "Hugo", "Ibrahim", "Ida", "Ignacio", "Igor", "Imani", "Ines", "Ingrid", "Irina",
	"Isabel", "Ishaan", "Ivan", "Jakub", "James", "Jan", "Jana", "Jasmine", "Javier", "Jelena", "Ji-woo",
	"Joanna", "João", "Johanna", "Jonas", "Jorge", "José", "Joseph", "Joy", "Julia", "Jun", "Jürgen",
	"Kaito", "Kamala", "Karim", "Karin", "Katarzyna", "Kateryna", "Kavya", "Keiko", "Khalid", "Kofi",
	"Krzysztof", "Kwame", "Lars", "Laura", "Laila", "Leah", "Leila", "Lena", "Leo", "Li", "Liam", "Lin",
	"Linh", "Lucas", "Lucía", "Luka", "Łukasz", "Mads", "Magda", "Mai", "Malik", "Manuel", "Marek",
	"Margaret", "Mariam", "Marie", "Marta", "Mateo", "Mei", "Mehmet", "Mercy", "Mia", "Michael", "Miguel",
	"Mika", "Milan", "Mina", "Minh", "Mohamed", "Morgan", "Naoki", "Nadia", "Nasrin", "Natalia", "Ngozi",
	"Nia", "Nicolas", "Nikhil", "Nina", "Noah", "Noor", "Nora", "Olga", "Oliver", "Olivia", "Omar",
	"Oskar", "Paola", "Patrick", "Paulo", "Pavel", "Petra", "Phuong", "Pierre", "Pilar", "Priya",
	"Quentin", "Rachel", "Rafael", "Rahul", "Rania", "Renata", "Ricardo", "Rohan", "Rosa", "Ruth",
	"Sakura", "Samuel", "Sana", "Sandra", "Santiago", "Sara", "Sean", "Sebastian", "Selma", "Sergei",
	"Seo-yeon", "Shanti", "Sigrid", "Silvia", "Simone", "Sofia", "Søren", "Stefan", "Sunita", "Susan",
	"Svetlana", "Tadeusz", "Takumi", "Tamar", "Tariq", "Tatiana", "Teresa", "Thabo", "Theo", "Thomas",
	"Tomás", "Tuan", "Uma", "Valentina", "Vera", "Viktor", "Vikram", "Wanjiru", "Wei", "William", "Xin",
	"Yara", "Yasmin", "Yuki", "Yusuf", "Zainab", "Zanele", "Zoë", "Zuri"
};

static const char *const last_names[] = {
	"Abbott", "Abdullah", "Acosta", "Adeyemi", "Adler", "Agarwal", "Aguilar", "Ahmadi", "Akhtar", "Allen",
	"Almeida", "Álvarez", "Andersen", "Anderson", "Andersson", "Aoki", "Arslan", "Asante", "Bailey",
	"Baker", "Bakker", "Banerjee", "Barros", "Bauer", "Becker", "Bell", "Bennett", "Berg", "Bergström",
	"Bianchi", "Blanc", "Boateng", "Bondarenko", "Bose", "Braun", "Brooks", "Brown", "Bui", "Burke",
	"Byrne", "Campbell", "Cardoso", "Carter", "Castillo", "Castro", "Chan", "Chandra", "Chaudhry",
	"Chavez", "Chen", "Chopra", "Clarke", "Cohen", "Cole", "Collins", "Conti", "Cooper", "Costa", "Cruz",
	"da Silva", "Dahl", "Das", "Davies", "Davis", "de Jong", "de Vries", "Delgado", "Demir", "Desai",
	"Diallo", "Dias", "Díaz", "Dimitrov", "Diop", "Dubois", "Duong", "Dvořák", "Edwards", "Eklund",
	"El-Sayed", "Eriksen", "Esposito", "Evans", "Eze", "Farah", "Fernandes", "Fernández", "Ferrari",
	"Fischer", "Fisher", "Fleming", "Flores", "Fontaine", "Forsberg", "Foster", "Fournier", "Fraser",
	"Friedman", "Fujita", "Gallo", "García", "Garnier", "Gomes", "Gómez", "González", "Gordon", "Graham",
	"Greco", "Green", "Griffin", "Grant", "Gupta", "Gutiérrez", "Haddad", "Hall", "Hansen", "Harris",
	"Hasegawa", "Hassan", "Hayashi", "Hayes", "Herrera", "Hoang", "Hoffmann", "Holm", "Horvat", "Horváth",
	"Huang", "Hughes", "Hussain", "Ibáñez", "Ibrahim", "Ito", "Ivanov", "Iyer", "Jackson", "Jansen",
	"Janssen", "Jensen", "Jiménez", "Johansson", "Johnson", "Jones", "Joshi", "Kamau", "Kang", "Kapoor",
	"Kato", "Kaya", "Keita", "Kelly", "Khalil", "Khan", "Kim", "King", "Kimura", "Klein", "Koch", "Kovač",
	"Kovács", "Kowalski", "Krause", "Kumar", "Lam", "Lambert", "Larsen", "Larsson", "Laurent", "Le", "Lee",
	"Lefebvre", "Lehmann", "Leroy", "Li", "Lim", "Lin", "Lindberg", "Liu", "Lopes", "López", "Lund",
	"Machado", "MacLeod", "Mäkinen", "Malik", "Mancini", "Maraš", "Marino", "Marques", "Martin",
	"Martínez", "Mbeki", "Medina", "Mehta", "Meier", "Mendes", "Mendoza", "Meyer", "Mensah", "Miller",
	"Mitchell", "Mohammed", "Molina", "Moore", "Morales", "Moreau", "Moreno", "Moretti", "Morgan",
	"Müller", "Murphy", "Mutua", "Mwangi", "Nakamura", "Navarro", "Ndiaye", "Nguyen", "Nielsen",
	"Nikolaidis", "Nilsson", "Novak", "Nowak", "O'Brien", "O'Connor", "Ochieng", "Ogunleye", "Okafor",
	"Okonkwo", "Oliveira", "Olsen", "Ortega", "Ortiz", "Osei", "Otieno", "Owens", "Özdemir", "Pak",
	"Papadopoulos", "Park", "Parker", "Patel", "Pereira", "Pérez", "Petersen", "Petrov", "Pham",
	"Phillips", "Pinto", "Popescu", "Popov", "Price", "Quinn", "Rahman", "Ramírez", "Ramos", "Rao",
	"Reddy", "Reid", "Reyes", "Ricci", "Richter", "Rivera", "Roberts", "Rodríguez", "Romano", "Romero",
	"Rossi", "Roux", "Ruiz", "Russo", "Saito", "Salazar", "Salinas", "Sánchez", "Santos", "Sato",
	"Schmidt", "Schneider", "Schulz", "Sharma", "Shah", "Shapiro", "Shimizu", "Silva", "Simmons", "Singh",
	"Smith", "Solberg", "Sousa", "Stewart", "Suárez", "Sullivan", "Sun", "Suzuki", "Svensson", "Szabó",
	"Takahashi", "Tan", "Tanaka", "Taylor", "Tesfaye", "Thapa", "Thompson", "Torres", "Tran", "Turner",
	"Ueda", "Valencia", "van Dijk", "Vargas", "Vega", "Virtanen", "Vogel", "Volkov", "Wagner", "Walker",
	"Wallace", "Wang", "Ward", "Watanabe", "Weber", "Weiss", "White", "Williams", "Wilson", "Wójcik",
	"Wolf", "Wong", "Wood", "Wright", "Wu", "Yadav", "Yamada", "Yamamoto", "Yang", "Yıldız", "Young",
	"Yılmaz", "Zhang", "Zhao", "Zhou", "Zimmermann"
};

static const char *const levels[] = {
	"Associate", "Junior", "Lead", "Principal", "Senior", "Staff"
};

static const char *const roles[] = {
	"Accountant", "Account Manager", "Actuary", "Analyst", "Architect", "Art Director", "Auditor",
	"Backend Developer", "Biologist", "Business Analyst", "Buyer", "Chemist", "Civil Engineer",
	"Consultant", "Copywriter", "Customer Advisor", "Data Engineer", "Data Scientist",
	"Database Administrator", "Designer", "DevOps Engineer", "Economist", "Editor", "Electrical Engineer",
	"Field Technician", "Financial Controller", "Frontend Developer", "Illustrator", "Journalist",
	"Laboratory Technician", "Lawyer", "Librarian", "Logistics Planner", "Machine Operator",
	"Marketing Manager", "Mechanical Engineer", "Network Engineer", "Nurse", "Office Manager",
	"Operations Manager", "Pharmacist", "Photographer", "Physiotherapist", "Product Manager",
	"Project Manager", "Quality Engineer", "Recruiter", "Researcher", "Sales Manager", "Security Engineer",
	"Site Reliability Engineer", "Software Engineer", "Statistician", "Support Engineer", "Surveyor",
	"Systems Administrator", "Teacher", "Technical Writer", "Test Engineer", "Translator", "Underwriter",
	"Web Developer"
};

const struct words words_first_names = WORDS(first_names);
const struct words words_last_names = WORDS(last_names);
const struct words words_levels = WORDS(levels);
const struct words words_roles = WORDS(roles);
