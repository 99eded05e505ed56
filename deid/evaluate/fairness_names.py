"""Common names of regions and communities, in Latin letters, for `fairness.rename`.

Short lists, written by hand from general knowledge. They say which names are usual, not who
anybody is: many names are at home in several groups, and a group is no race and no nation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from deid.evaluate.fairness import Gender, NameGroup


def _group(name: str, countries: str, female: str, male: str, family: str) -> NameGroup:
    given = {Gender.FEMALE: tuple(female.split()), Gender.MALE: tuple(male.split())}
    return NameGroup(name, given, tuple(family.split()), tuple(countries.split()))


GROUPS: Final = (
    _group(
        "US, common", "US",
        "Emily Madison Susan Barbara Linda Ashley Megan Kathleen Brenda Heather Amber Shelby",
        "Robert Kyle Gary Brandon Dennis Scott Tyler Randy Douglas Jeffrey Wesley Cody",
        "Miller Anderson Thompson Clark Peterson Hansen Schultz Baxter Lawson Whitaker Hutchins "
        "Sawyer Caldwell Pruitt",
    ),
    _group(
        "African American", "",
        "Latoya Keisha Tamika Ebony Shanice Aaliyah Imani Lakeisha Tanisha Precious Deja Nia",
        "DeShawn Jamal Tyrone Darnell Malik Terrell Marquis Tyree Lamar Demetrius Kareem Jermaine",
        "Washington Jefferson Booker Banks Gaines Dorsey Mosley Gadson Pettway Broadnax Muhammad "
        "Rivers Hairston Batiste",
    ),
    _group(
        "British and Irish", "GB IE",
        "Siobhan Fiona Gemma Niamh Bronwen Aoife Ailsa Rhiannon Poppy Maeve Philippa Morag",
        "Callum Alistair Gareth Eoin Nigel Rhys Hamish Declan Ciaran Angus Gethin Barnaby",
        "O'Sullivan Davies MacLeod Llewellyn Gallagher Featherstone Pritchard McGuinness Ashworth "
        "Fitzpatrick Urquhart Byrne Hargreaves Penhaligon",
    ),
    _group(
        "German and Dutch", "DE AT CH NL",
        "Ursula Heike Anneliese Sabine Liesbeth Femke Ingeborg Katrin Marijke Greta Birgit Anouk",
        "Jürgen Wolfgang Dieter Maarten Friedrich Stefan Joost Günther Pieter Matthias Ruben Uwe",
        "Schneider Hoffmann Vogel Bakker Zimmermann Krüger Visser Steinbach Dijkstra Brandt "
        "Oberholzer Hendriks Weiß Lindenmayer",
    ),
    _group(
        "Nordic", "DK NO FI SE IS",
        "Astrid Solveig Ingrid Sigrid Aino Freja Maja Kirsi Linnea Guðrún Tuulikki Ragnhild",
        "Bjørn Lars Mikko Anders Søren Eirik Håkon Jukka Gunnar Torsten Magnus Leif",
        "Johansson Nielsen Virtanen Haugen Lindqvist Korhonen Bergström Christensen Mäkelä "
        "Sigurðsson Rasmussen Nygård Ekström Hämäläinen",
    ),
    _group(
        "French", "FR BE LU",
        "Margaux Élodie Geneviève Camille Océane Chantal Solène Mireille Aurélie Manon Odile Léa",
        "Guillaume Thierry Maxime Étienne Baptiste Laurent Rémi Gaston Jérôme Lucien Pascal Yves",
        "Dubois Lefebvre Moreau Girard Beaumont Rousseau Mercier Chevalier Thibault Desjardins "
        "Fournier Gauthier Marchand Peeters",
    ),
    _group(
        "Italian and Greek", "IT GR CY",
        "Chiara Giulia Francesca Eleni Ornella Paraskevi Ginevra Despina Concetta Katerina Ilaria "
        "Sofia",
        "Lorenzo Matteo Dimitrios Giuseppe Stavros Alessandro Panagiotis Enzo Vasilis Salvatore "
        "Nikos Dario",
        "Rossi Esposito Papadopoulos Ferrari Ricci Colombo Georgiou Marchetti Nikolaidis Santoro "
        "Pellegrini Stathopoulos Bianchi Karagiannis",
    ),
    _group(
        "Spanish and Portuguese", "ES PT BR",
        "Lucía Carmen Inês Beatriz Rocío Fernanda Mafalda Nerea Thaís Joana Leonor Marisol",
        "Álvaro Gonzalo Thiago Joaquim Íñigo João Sergio Duarte Rafael Vicente Caio Nuno",
        "Ferreira Navarro Carvalho Oliveira Iglesias Gonçalves Echeverría Pereira Sousa Ibáñez "
        "Azevedo Figueiredo Nascimento Castellanos",
    ),
    _group(
        "Latin American", "MX PE DO CR CU GT PY SV",
        "Guadalupe Ximena Yolanda Marisela Xiomara Itzel Maribel Esperanza Yadira Paloma Citlali "
        "Dayana",
        "Jesús Alejandro Ernesto Cuauhtémoc Heriberto Ramiro Wilfredo Efraín Rigoberto Isidro "
        "Osvaldo Gerardo",
        "Hernández Gutiérrez Quispe Maldonado Villanueva Zúñiga Escobedo Mamani Cervantes Arroyo "
        "Tzoc Santillán Barrera Velásquez",
    ),
    _group(
        "Slavic", "PL CZ SK BG BY HR ME MK RS RU SI UA",
        "Agnieszka Oksana Svetlana Katarzyna Milica Zuzana Tatiana Ljubica Małgorzata Yaroslava "
        "Daria Vesna",
        "Krzysztof Dmitri Bogdan Miroslav Wojciech Yevhen Zoran Grzegorz Vladimir Jaroslav "
        "Oleksandr Dragan",
        "Kowalski Shevchenko Novák Petrović Ivanov Wiśniewski Kovalenko Horváth Dvořák Bondarenko "
        "Jovanović Kuznetsova Szymański Stoyanov",
    ),
    _group(
        "Turkish and Central Asian", "TR AZ KZ",
        "Ayşe Zeynep Gülsüm Aigerim Elif Nurgul Sevda Dilnoza Fatma Aysel Madina Özlem",
        "Mehmet Emre Oğuz Nursultan Serkan Bekzat Hüseyin Elchin Timur Yusuf Kemal Alisher",
        "Yılmaz Kaya Demir Şahin Nazarbayev Aliyev Öztürk Abdullayev Karimov Çelik Mammadov "
        "Aydoğan Rakhimov Koç",
    ),
    _group(
        "Arabic", "",
        "Fatima Khadija Noor Zainab Layla Hanan Samira Maryam Rania Amal Buthaina Yasmin",
        "Mohammed Abdullah Khalid Omar Hassan Tariq Mustafa Yousef Bilal Faisal Ibrahim Ziad",
        "Al-Rashid Haddad El-Sayed Mansour Al-Harbi Khoury Benali Abdelrahman Darwish Bouazizi "
        "Nasser Al-Tamimi Shaheen Zaghloul",
    ),
    _group(
        "Persian and Afghan", "",
        "Shirin Parisa Nasrin Golnaz Mahsa Farzana Laleh Roya Zohreh Soraya Niloufar Shabnam",
        "Reza Behrouz Farhad Kourosh Hamid Dariush Najibullah Siavash Ramin Mehrdad Zalmay Arash",
        "Hosseini Ahmadi Karimi Moradi Jafari Tehrani Rahimi Ghorbani Noorzai Shirazi Wardak "
        "Bahrami Mousavi Golzari",
    ),
    _group(
        "Hebrew and Jewish", "IL",
        "Rivka Shoshana Tamar Chaya Noa Yael Miriam Avigail Devorah Hadassah Bracha Orly",
        "Avraham Moshe Yitzhak Menachem Eitan Shlomo Noam Yosef Mordechai Gilad Chaim Zvi",
        "Cohen Levi Friedman Mizrahi Goldstein Rabinowitz Biton Shapiro Peretz Rosenzweig Azoulay "
        "Katz Feigenbaum Ben-David",
    ),
    _group(
        "Indian and Nepali", "IN NP",
        "Priya Lakshmi Ananya Sunita Kavitha Deepika Meenakshi Harpreet Aishwarya Sarita Bhavna "
        "Padma",
        "Rajesh Arjun Venkatesh Gurpreet Suresh Karthik Vikram Harish Manoj Subramaniam Bishal "
        "Nitin",
        "Patel Sharma Krishnamurthy Gupta Reddy Iyer Banerjee Singh Chaudhary Nair Deshpande "
        "Thapa Venkataraman Mukherjee",
    ),
    _group(
        "Pakistani, Bangladeshi and Sri Lankan", "BD LK",
        "Ayesha Sadia Rukhsana Nusrat Dilini Shazia Tahmina Kumari Bushra Sharmin Hina Nadeesha",
        "Imran Asif Rafiqul Shahid Nuwan Zubair Mahmudul Kamran Chaminda Waqas Tanvir Usman",
        "Khan Chowdhury Siddiqui Perera Qureshi Rahman Fernando Bhatti Jayawardena Miah Malik "
        "Wickramasinghe Butt Talukder",
    ),
    _group(
        "Chinese", "CN TW",
        "Xiaoling Mei Yuxin Jing Qiuyue Shu-Fen Ying Lihua Xinyi Zhen Huifang Wenjing",
        "Wei Zhiqiang Jianguo Haoran Chih-Ming Guoqiang Yichen Bo Xiaoming Jun Zihan Liang",
        "Wang Zhang Liu Huang Zhao Xu Chen Ouyang Zhou Hsieh Guo Tsai Deng Xie Ma",
    ),
    _group(
        "Japanese", "JP",
        "Yuki Haruka Keiko Sakura Michiko Akemi Tomoko Hinata Kazuko Naomi Emi Chiyo",
        "Hiroshi Takeshi Kenji Satoshi Daichi Ryota Yasuhiro Shinji Noboru Kaito Isamu Tetsuya",
        "Tanaka Watanabe Yamamoto Nakamura Kobayashi Ishikawa Fujimoto Hasegawa Okada Shimizu "
        "Matsumoto Inoue Ogawa Endo",
    ),
    _group(
        "Korean", "KR",
        "Ji-woo Min-seo Soo-jin Eun-ji Hye-jin Young-hee Seo-yeon Mi-kyung Ha-eun Bo-ram Yuna "
        "Sun-hee",
        "Min-jun Sung-ho Dong-hyun Jae-won Young-soo Hyun-woo Kyung-ho Tae-yang Joon-ho Sang-min "
        "Chul Ji-hoon",
        "Kim Park Choi Jung Kang Cho Yoon Lim Han Shin Seo Kwon Hwang Ahn",
    ),
    _group(
        "Vietnamese, Thai and Khmer", "VN KH",
        "Linh Thuy Huong Ngoc Phuong Siriporn Sophea Trang Kanya Mai Bopha Nhung",
        "Minh Duc Quang Tuan Somchai Hung Sovann Khanh Nattapong Vuong Rithy Thanh",
        "Nguyen Tran Pham Huynh Hoang Phan Vu Dang Sok Chea Ngo Saetang Wongsakul Duong Do",
    ),
    _group(
        "Filipino, Malay and Indonesian", "PH",
        "Maricel Jocelyn Siti Dewi Rosalinda Nurul Analyn Putri Cherrylyn Aisyah Ligaya Sri",
        "Rodrigo Jayson Budi Agus Reynaldo Ahmad Dodong Hafiz Crisanto Bambang Wahyu Arnel",
        "Dela-Cruz Bautista Santos Wijaya Mangubat Abdullah Dimaculangan Suharto Pangilinan Ismail "
        "Macaraeg Hidayat Villaluz Setiawan",
    ),
    _group(
        "West African", "",
        "Ngozi Adaeze Folake Aminata Akosua Fatoumata Chidinma Yetunde Abena Mariama Ifeoma Efua",
        "Chukwuemeka Olumide Kwame Babatunde Mamadou Emeka Kofi Oluwaseun Ousmane Nnamdi Yaw "
        "Ibrahima",
        "Okafor Adeyemi Mensah Diallo Nwosu Ogunleye Owusu Traoré Eze Balogun Asante Koroma "
        "Onyekachi Camara",
    ),
    _group(
        "East African", "",
        "Wanjiku Akinyi Tigist Halima Nakato Hiwot Uwimana Zawadi Selam Ifrah Nyambura Almaz",
        "Kipchoge Otieno Tesfaye Mwangi Abdi Habimana Okello Juma Dawit Gebre Wekesa Mugisha",
        "Kamau Odhiambo Tadesse Hussein Ndayisaba Ochieng Bekele Warsame Musoke Haile Kiprotich "
        "Nkurunziza Mutua Gebremariam",
    ),
    _group(
        "Southern African", "",
        "Thandiwe Nomsa Lerato Chipo Nokuthula Tendai Palesa Rutendo Zanele Mpho Busisiwe Kagiso",
        "Sipho Thabo Tatenda Mandla Bongani Farai Kabelo Themba Sibusiso Tafadzwa Lungelo Tshepo",
        "Nkosi Dlamini Moyo Mokoena Khumalo Ndlovu Chikwanha Mahlangu Sithole Mabaso Tshabalala "
        "Phiri Zulu Mutasa",
    ),
    _group(
        "Native American and Pacific", "FJ",
        "Leilani Kateri Ana Mahina Salote Winona Moana Aiyana Litia Sialei Kaiulani Shima",
        "Kekoa Sione Tama Ahiga Ratu Keoni Tavita Chayton Viliame Kai Hok'ee Makoa",
        "Begay Kealoha Tsosie Kahananui Yellowhorse Faleolo Tauiliili Benally Waqa Nakai "
        "Vainikolo Kalani Tuimavave Whitehorse",
    ),
)  # fmt: skip


def extended(group: NameGroup, more: Iterable[tuple[str, Gender | None, str]]) -> NameGroup:
    """The group with further names of its countries.

    Args:
        group: to add to.
        more: country code, gender of a given name (None: it is a family name) and the name.
    """
    given = {gender: list(names) for gender, names in group.given.items()}
    family = list(group.family)
    for country, gender, name in more:
        if country in group.countries:
            (family if gender is None else given[gender]).append(name)
    unique = {gender: tuple(dict.fromkeys(names)) for gender, names in given.items()}
    return replace(group, given=unique, family=tuple(dict.fromkeys(family)))
